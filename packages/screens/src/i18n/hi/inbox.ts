export const inbox = {
  live: { title: '{{seller}} लाइव हैं!', body: '{{title}}' },
  newOrder: {
    title: 'नया ऑर्डर!',
    body: '{{buyer}} ने {{product}} {{amount}} में ख़रीदा।',
    bodyCash: '{{buyer}} ने {{product}} {{amount}} में ख़रीदा, भुगतान दरवाज़े पर होगा।',
  },
  paid: { title: 'आपका ऑर्डर पक्का हो गया', body: '{{shop}} से {{product}} अब आपका है।' },
  code: {
    title: '{{code}} से आपका ऑर्डर पक्का होगा',
    body: '{{shop}} आपको {{product}} भेजेगी; दरवाज़े पर {{amount}} देने होंगे। यह कोड किसी को न बताएँ।',
  },
  confirmed: {
    title: 'आपका ऑर्डर पक्का हो गया',
    body: '{{shop}} से {{product}} अब आपका है। दरवाज़े पर {{amount}} तैयार रखें।',
  },
  unpaid: {
    title: 'आपका ऑर्डर पूरा नहीं हुआ',
    body: '{{product}} का भुगतान समय पर नहीं हुआ। आपसे कुछ नहीं लिया गया।',
  },
  unconfirmed: {
    title: 'आपका ऑर्डर पूरा नहीं हुआ',
    body: '{{product}} का ऑर्डर समय पर पक्का नहीं किया गया। आपसे कुछ नहीं लिया गया।',
  },
  withdrawn: {
    title: 'आपका ऑर्डर रद्द हो गया',
    body: '{{shop}} आपको {{product}} नहीं भेज सकती। आपसे कुछ नहीं लिया गया।',
  },
  refunded: { title: 'पैसे वापस आ रहे हैं', body: '{{shop}} ने आपके ऑर्डर के {{amount}} लौटाए।' },
  refundRequested: {
    title: 'पैसे वापस माँगे गए',
    body: '{{buyer}} ने {{product}} के पैसे वापस माँगे हैं।',
  },
  refundDeclined: {
    title: 'पैसे वापस देने से मना किया गया',
    body: '{{shop}} ने कारण आपके {{product}} के ऑर्डर में लिखा है।',
  },
  disputed: {
    title: 'एक भुगतान पर विवाद है',
    body: '{{buyer}} ने बैंक से {{product}} के पैसे वापस माँगे हैं। फ़ैसला बैंक करेगा।',
  },
  disputeWon: {
    title: 'विवाद आपके पक्ष में रहा',
    body: '{{buyer}} के बैंक का फ़ैसला: {{product}} के पैसे आपके पास रहेंगे।',
  },
  disputeLost: {
    title: 'विवाद आपके ख़िलाफ़ गया',
    body: '{{buyer}} के बैंक का फ़ैसला: {{product}} के पैसे लौट गए।',
  },
};
