/**
 * Jest's environment for Node, but for one thing: the global object of its contexts is an ordinary one. Jest has every look at it
 * intercepted, and `Math` or `Map` in a loop is then a hundred times slower (node:vm, `vm.constants.DONT_CONTEXTIFY`).
 */
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

const { createContext } = vm;

export default class PlainEnvironment extends TestEnvironment {
  constructor(config, context) {
    // the only way in: the constructor makes its context itself
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
  }
}
