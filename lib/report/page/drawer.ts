/** The details of one event, beside the table. */
import { durationText, utcText } from '../moment-text.ts';
import { countText, visible } from '../shown-text.ts';
import { verdictClass, verdictWord } from '../words.ts';
import { bdi, element } from './dom.ts';
import type { RowView } from './row-view.ts';

type Fact = readonly [name: string, said: Node | string | null];

export class Drawer {
  readonly root: HTMLElement;
  private readonly view: RowView;
  private readonly body: HTMLElement;
  private opener: HTMLElement | null = null;
  private readonly onClose: () => void;

  constructor(view: RowView, onClose: () => void) {
    this.view = view;
    this.onClose = onClose;
    const close = element('button', { type: 'button', class: 'close' }, ['Close']);
    close.addEventListener('click', () => this.close());
    this.body = element('div', { class: 'body' });
    this.root = element('aside', { class: 'drawer', hidden: '', tabindex: '-1', 'aria-label': 'Details of the event' }, [close, this.body]);
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !this.root.hidden) this.close();
    });
  }

  /** Shows a row. @param opener what has the focus again afterwards */
  show(at: number, opener: HTMLElement): void {
    this.opener = opener;
    this.body.replaceChildren(...this.contents(at));
    this.root.hidden = false;
    this.body.scrollTop = 0;
  }

  close(): void {
    this.root.hidden = true;
    this.onClose();
    this.opener?.focus();
  }

  private contents(at: number): Node[] {
    const { view } = this;
    const verdict = String(view.value(at, 'verdict'));
    const { word } = verdictWord(verdict);
    const ms = Number(view.value(at, 'event_time_ms'));
    const reason = view.text(at, 'reason').replaceAll('_', ' ');
    return [
      element('h3', {}, [bdi(view.text(at, 'event_name')), ` at ${utcText(ms)} UTC`]),
      element('p', { class: 'decision' }, [
        element('span', { class: `verdict ${verdictClass(verdict)}` }, [word]),
        view.value(at, 'user_id') === null ? '' : ' to ',
        view.value(at, 'user_id') === null ? '' : bdi(view.text(at, 'user_id'), 'name'),
      ]),
      element('p', { class: 'because' }, [view.reason(at)]),
      facts(this.verdictFacts(at, reason)),
      element('h4', {}, ['The call']),
      facts(this.callFacts(at, ms)),
      ...this.sessionPart(at),
      element('h4', {}, ['The record']),
      facts([
        ['Log file', code(view.text(at, 'source_file'))],
        ['Record', `${view.text(at, 'source_index')}, counted from 0`],
        ['SHA-256', view.value(at, 'record_sha256') === null ? 'not in this page; explain says it' : code(view.text(at, 'record_sha256'))],
        ['Event', code(view.text(at, 'event_id'))],
        ['More', code(`appstream-audit explain ${view.text(at, 'event_id')}`)],
      ]),
    ];
  }

  private verdictFacts(at: number, reason: string): Fact[] {
    const { view } = this;
    const candidates = view.value(at, 'candidate_user_ids');
    const list = Array.isArray(candidates) ? candidates : [];
    const closed = view.text(at, 'closed_by');
    return [
      ['Reason', `${reason}, row ${view.text(at, 'verdict_row')} of the table of verdicts`],
      ['Final', view.value(at, 'final') === true ? 'yes' : 'no: more evidence may change it'],
      ['Day closed by', closed === '' ? 'nothing yet' : closed],
      ['Corroborated', view.value(at, 'corroborated') === true ? 'yes: a second sign names the same user' : 'no'],
      [
        'Candidates',
        list.length === 0
          ? 'none'
          : element(
              'span',
              {},
              list.flatMap((each, n) => [n > 0 ? ', ' : '', bdi(visible(each))]),
            ),
      ],
      ['Evidence of', view.findings.has(at) ? (view.findings.get(at) ?? []).join(', ') : 'no finding'],
    ];
  }

  private callFacts(at: number, ms: number): Fact[] {
    const { view } = this;
    const bytes = (column: string) => (view.value(at, column) === null ? '' : `${countText(Number(view.value(at, column)))} B`);
    return [
      ['Local time', view.local(ms)],
      ['Object', code(view.object(at))],
      ['Copied from', code(view.text(at, 'copy_source'))],
      ['Bytes out', bytes('bytes_out')],
      ['Bytes in', bytes('bytes_in')],
      ['Failed with', view.text(at, 'error_code')],
      ['Service', view.text(at, 'event_source')],
      ['From', code(view.text(at, 'source_address'))],
      ['Through', code(view.text(at, 'vpc_endpoint_id'))],
      ['Caller', code(view.text(at, 'principal_arn'))],
      ['Access key', code(view.text(at, 'access_key_id'))],
      ['Region', view.text(at, 'region')],
    ];
  }

  private sessionPart(at: number): Node[] {
    const { view } = this;
    const start = view.session(at, 'session_start_ms');
    if (view.value(at, 'session_id') === null) return [];
    const end = view.session(at, 'session_end_ms');
    const list = (column: string) => {
      const value = view.session(at, column);
      return value === null ? '' : visible(Array.isArray(value) ? value.join(', ') : String(value));
    };
    const span =
      start === null
        ? ''
        : `${utcText(Number(start))} to ${end === null ? 'an end not known' : `${utcText(Number(end))}, ${durationText(Number(end) - Number(start))}`}`;
    const logon = view.session(at, 'logon_ms');
    return [
      element('h4', {}, ['The session']),
      facts([
        ['Id', code(view.text(at, 'session_id'))],
        ['Time', span],
        ['Fleet', list('fleet_name')],
        ['Stack', list('stack_name')],
        ['Instance', code(list('instance_id'))],
        ['Addresses', code(list('private_addresses'))],
        [
          'Signed in',
          logon === null ? '' : `${utcText(Number(logon))}${list('logon_address') === '' ? '' : ` from ${list('logon_address')}`}`,
        ],
        ['Devices', code(list('client_addresses'))],
      ]),
    ];
  }
}

function code(text: string): Node | string {
  return text === '' ? '' : bdi(text, 'code');
}

/** Facts that there are; an empty one is none. */
function facts(of: readonly Fact[]): HTMLElement {
  const said = of.filter(([, value]) => value !== null && value !== '');
  return element(
    'dl',
    { class: 'facts' },
    said.map(([name, value]) => element('div', {}, [element('dt', {}, [name]), element('dd', {}, [value as Node | string])])),
  );
}
