import { setTimeout as delay } from 'node:timers/promises';

const longestWaitMs = 60_000;
const size = { x: 0, y: 0, width: 411, height: 914 };
const insets = { top: 24, right: 0, bottom: 16, left: 0 };

/** React Native's renderer writes here; a test reads and taps. */
export class Screen {
  #committed = [];
  #dispatch = () => {};
  #measured = new Set();
  #crash = null;

  get fabric() {
    const copy = (node, changes) => ({ ...node, children: [...node.children], ...changes });
    return {
      createNode: (tag, viewName, _root, props, handle) => ({ tag, viewName, props, handle, children: [] }),
      cloneNode: (node) => copy(node),
      cloneNodeWithNewChildren: (node, children = []) => copy(node, { children }),
      cloneNodeWithNewProps: (node, props) => copy(node, { props: { ...node.props, ...props } }),
      cloneNodeWithNewChildrenAndProps: (node, ...parts) => {
        const children = parts.find(Array.isArray) ?? [];
        const props = parts.find((part) => !Array.isArray(part));
        return copy(node, { children, props: { ...node.props, ...props } });
      },
      appendChild: (parent, child) => parent.children.push(child),
      createChildSet: () => [],
      appendChildToSet: (set, child) => set.push(child),
      completeRoot: (_root, set) => {
        this.#committed = set;
        setTimeout(() => this.#measure(), 0);
      },
      registerEventHandler: (dispatch) => {
        this.#dispatch = dispatch;
      },
      unstable_getCurrentEventPriority: () => 32,
      unstable_DefaultEventPriority: 32,
      unstable_DiscreteEventPriority: 2,
      unstable_ContinuousEventPriority: 8,
      unstable_IdleEventPriority: 0x20000000,
      getBoundingClientRect: () => [0, 0, 0, 0],
      compareDocumentPosition: () => 0,
      ...Object.fromEntries(
        [
          'configureNextLayoutAnimation',
          'dispatchCommand',
          'measure',
          'measureInWindow',
          'measureLayout',
          'sendAccessibilityEvent',
          'setIsJSResponder',
          'setNativeProps',
        ].map((name) => [name, () => {}]),
      ),
    };
  }

  /** An error that would end the app; the others are lines in its log. */
  failed(error, isFatal) {
    if (isFatal) this.#crash ??= error;
    return true;
  }

  /** Every string on screen, in order; covered screens lie before the one on top. */
  get texts() {
    return this.#nodes().flatMap(({ props }) => (props?.text ? [props.text] : []));
  }

  /** Views with this test id, or a label that begins so. */
  find(name) {
    return this.#nodes().filter(
      ({ props }) => props?.testID === name || props?.accessibilityLabel?.startsWith?.(name),
    );
  }

  /** How many screens the stack holds. */
  get depth() {
    return this.#nodes().filter(({ viewName }) => viewName === 'RNSScreen').length;
  }

  async until(what, condition) {
    for (const endMs = Date.now() + longestWaitMs; ; await delay(20)) {
      if (this.#crash) throw this.#crash;
      const found = condition();
      if (found) return found;
      if (Date.now() > endMs) throw new Error(`never: ${what}. On screen:\n${this.texts.join('\n')}`);
    }
  }

  /** Taps the last view of that name, which lies on the topmost screen. */
  async tap(name) {
    const view = await this.until(`something called "${name}"`, () => this.find(name).at(-1));
    this.#dispatch(view.handle, 'topClick', { target: view.tag });
  }

  #nodes() {
    const withChildren = (node) => [node, ...node.children.flatMap(withChildren)];
    return this.#committed.flatMap(withChildren);
  }

  /** Tells each new view its size once, as the layout would. */
  #measure() {
    for (const { tag, viewName, props, handle } of this.#nodes()) {
      if (this.#measured.has(tag)) continue;
      if (viewName === 'RNCSafeAreaProvider') {
        this.#measured.add(tag);
        this.#dispatch(handle, 'topInsetsChange', { insets, frame: size, target: tag });
      } else if (props?.onLayout) {
        this.#measured.add(tag);
        this.#dispatch(handle, 'topLayout', { layout: size, target: tag });
      }
    }
  }
}
