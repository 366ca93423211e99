export const feed = {
  title: 'अभी लाइव',
  subtitle_one: '{{count}} शो चल रहा है',
  subtitle_other: '{{count}} शो चल रहे हैं',
  upcoming: 'आगे आने वाले',
  startsAt: '{{when}} से शुरू',
  join: '{{seller}} का {{title}} देखें, {{viewers}}',
  inbox: 'सूचनाएँ',
  inboxUnread_one: 'सूचनाएँ, {{count}} नई',
  inboxUnread_other: 'सूचनाएँ, {{count}} नई',
  back: 'एक पल में फिर शुरू होगा',
  empty: {
    title: 'मंच ख़ाली है',
    body: 'अभी कोई लाइव नहीं है। दुकान खोलें और सबसे पहले आप ही सबको दिखें।',
    action: 'ख़ुद लाइव जाएँ',
  },
  invite: {
    title: 'आपकी चीज़ें सबके सामने आएँ',
    body: 'लाइव दिखाइए, सवालों के जवाब दीजिए, वहीं बेचिए। दुकान एक मिनट में खुलती है।',
    action: 'बेचना शुरू करें',
  },
  failed: 'शो की सूची नहीं आ सकी',
};
