export const feed = {
  title: 'Live now',
  subtitle_one: '{{count}} show is on air',
  subtitle_other: '{{count}} shows are on air',
  upcoming: 'Coming up',
  startsAt: 'Starts {{when}}',
  join: 'Watch {{title}} by {{seller}}, {{viewers}}',
  inbox: 'Inbox',
  inboxUnread_one: 'Inbox, {{count}} unread',
  inboxUnread_other: 'Inbox, {{count}} unread',
  back: 'Back on air in a moment',
  empty: {
    title: 'The stage is free',
    body: 'Nobody is live right now. Open a shop and be the first one everybody sees.',
    action: 'Go live yourself',
  },
  invite: {
    title: 'Your things deserve an audience',
    body: 'Show them live, answer questions, sell on the spot. Opening a shop takes a minute.',
    action: 'Start selling',
  },
  failed: 'The list of shows did not come',
};
