/** A state machine as a table: for each state, the events that leave it and where they lead. */
export type Transitions<State extends string, Event extends string> = Record<
  State,
  Partial<Record<Event, State>>
>;

export type ConnectionState = 'idle' | 'connecting' | 'online' | 'waiting' | 'suspended' | 'refused';
export type ConnectionEvent =
  | 'open'
  | 'connected'
  | 'failed'
  | 'lost'
  | 'retry'
  | 'refuse'
  | 'suspend'
  | 'resume'
  | 'release';

/** The app's one socket. `waiting` is the pause before the next try; `refused` means that trying is in vain. */
export const connectionTransitions: Transitions<ConnectionState, ConnectionEvent> = {
  idle: { open: 'connecting' },
  connecting: {
    connected: 'online',
    failed: 'waiting',
    refuse: 'refused',
    suspend: 'suspended',
    release: 'idle',
  },
  online: { lost: 'waiting', suspend: 'suspended', release: 'idle' },
  waiting: { retry: 'connecting', suspend: 'suspended', release: 'idle' },
  suspended: { resume: 'connecting', release: 'idle' },
  refused: { open: 'connecting', retry: 'connecting', suspend: 'suspended', release: 'idle' },
};

export type RoomStatus =
  | 'idle'
  | 'connecting'
  | 'joining'
  | 'live'
  | 'catching_up'
  | 'polling'
  | 'offline'
  | 'suspended'
  | 'ended'
  | 'refused'
  | 'closed';
export type RoomTransition =
  | 'start'
  | 'connected'
  | 'joined'
  | 'behind'
  | 'lost'
  | 'polled'
  | 'poll_failed'
  | 'suspend'
  | 'resume'
  | 'end'
  | 'refuse'
  | 'close';

const leave = { suspend: 'suspended', end: 'ended', refuse: 'refused', close: 'closed' } as const;

/**
 * One room as its viewer has it. `polling` is live by REST while sockets are blocked; `catching_up` shows what it
 * has and fetches what it missed; from `ended` and `closed` nothing leads back, from `refused` only a new start.
 */
export const roomTransitions: Transitions<RoomStatus, RoomTransition> = {
  idle: { start: 'connecting', close: 'closed' },
  connecting: { connected: 'joining', lost: 'offline', polled: 'polling', ...leave },
  joining: { joined: 'live', behind: 'catching_up', lost: 'offline', ...leave },
  live: { behind: 'catching_up', lost: 'offline', ...leave },
  catching_up: { joined: 'live', lost: 'offline', ...leave },
  polling: { connected: 'joining', poll_failed: 'offline', ...leave },
  offline: { connected: 'joining', polled: 'polling', ...leave },
  suspended: { resume: 'connecting', close: 'closed' },
  ended: { close: 'closed' },
  refused: { start: 'connecting', close: 'closed' },
  closed: {},
};
