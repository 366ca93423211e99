/** A step that a model can take: its name, and the state after it. */
export interface Step<State> {
  name: string;
  next: State;
  /** Whether the system itself takes it sooner or later; the others are up to people, banks and the network. */
  isProgress: boolean;
}

export interface Model<State> {
  first: State;
  key(state: State): string;
  steps(state: State): Step<State>[];
  /** Sentences that must hold in every state and do not in this one. */
  broken(state: State): string[];
  /** Sentences that must hold where the system has nothing left to do, and do not. */
  unfinished(state: State): string[];
}

export interface Exploration {
  states: number;
  /** The first state that breaks a sentence, by a shortest way there; null when all hold everywhere. */
  counterexample: { sentence: string; steps: string[] } | null;
}

interface Visit {
  from: string | null;
  step: string;
}

/** Walks through every state that any interleaving of steps can reach, breadth first. */
export function explore<State>(model: Model<State>, maxStates = 500_000): Exploration {
  const first = model.key(model.first);
  const visits = new Map<string, Visit>([[first, { from: null, step: '' }]]);
  let edge: [key: string, state: State][] = [[first, model.first]];
  while (edge.length > 0) {
    const nextEdge: typeof edge = [];
    for (const [from, state] of edge) {
      const steps = model.steps(state);
      const isAtRest = !steps.some((step) => step.isProgress);
      const [sentence] = [...model.broken(state), ...(isAtRest ? model.unfinished(state) : [])];
      if (sentence)
        return { states: visits.size, counterexample: { sentence, steps: stepsTo(visits, from) } };
      for (const { name, next } of steps) {
        const key = model.key(next);
        if (visits.has(key)) continue;
        visits.set(key, { from, step: name });
        nextEdge.push([key, next]);
      }
    }
    if (visits.size > maxStates) throw new Error(`more than ${maxStates} states`);
    edge = nextEdge;
  }
  return { states: visits.size, counterexample: null };
}

function stepsTo(visits: ReadonlyMap<string, Visit>, key: string): string[] {
  const steps: string[] = [];
  for (let visit = visits.get(key); visit?.from != null; visit = visits.get(visit.from)) {
    steps.unshift(visit.step);
  }
  return steps;
}
