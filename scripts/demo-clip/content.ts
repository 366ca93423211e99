/** The shops, products and chat of the demo show, and demo.json made of them. */
import { CHAPTER_SECONDS, CHAPTERS, type ProductKey } from './stage/programme.ts';

interface Shop {
  handle: string;
  name: string;
  displayName: string;
  bio: string;
  showTitle: string;
  host: 'sahil' | 'meera';
}

interface ProductEntry {
  shop: string;
  title: string;
  titleHi: string;
  description: string;
  descriptionHi: string;
  /** Paise. */
  priceMinor: number;
  variants: readonly { title: string; stock: number }[];
  chat: readonly string[];
}

export const SHOPS: readonly Shop[] = [
  {
    handle: 'sahilsneakerloft',
    name: "Sahil's Sneaker Loft",
    displayName: 'Sahil Khanna',
    bio: 'Sneakers and streetwear from our terrace in Jaipur. New drops every Friday evening.',
    showTitle: 'Friday sneaker drop, straight from the terrace',
    host: 'sahil',
  },
  {
    handle: 'meerahandlooms',
    name: 'Meera Handlooms',
    displayName: 'Meera Iyer',
    bio: 'Silk, block print and brass, straight from the weavers and casters we grew up with.',
    showTitle: 'Silk, block print and brass for the festive season',
    host: 'meera',
  },
];

export const PRODUCTS: Record<ProductKey, ProductEntry> = {
  runner: {
    shop: 'sahilsneakerloft',
    title: 'Monsoon Runner',
    titleHi: 'मानसून रनर',
    description:
      'A light knit runner for wet streets: quick-drying upper, speckled foam rocker and a tread that holds on rain. Wave bands in marigold and coral.',
    descriptionHi: 'भीगी सड़कों के लिए हल्का बुना हुआ रनर: जल्दी सूखता है, फिसलता नहीं।',
    priceMinor: 349900,
    variants: [
      { title: 'UK 6', stock: 8 },
      { title: 'UK 7', stock: 14 },
      { title: 'UK 8', stock: 16 },
      { title: 'UK 9', stock: 11 },
      { title: 'UK 10', stock: 5 },
    ],
    chat: [
      'That teal is unreal 😍',
      'baarish mein slip toh nahi hoga na?',
      'UK 9 available hai?',
      'Monsoon Runner naam hi kaafi hai 🌧️',
      'ordered UK 8, pehla pair yahin se!',
    ],
  },
  hightop: {
    shop: 'sahilsneakerloft',
    title: 'Chowk High',
    titleHi: 'चौक हाई-टॉप',
    description:
      'Cream canvas high-top with maroon suede, a stitched kite patch on the ankle and a gum sole. Padded collar, cotton laces, made to be resoled.',
    descriptionHi: 'क्रीम कैनवास, मैरून सुएड और टखने पर पतंग का पैच। गम सोल, आरामदायक कॉलर।',
    priceMinor: 419900,
    variants: [
      { title: 'UK 6', stock: 4 },
      { title: 'UK 7', stock: 9 },
      { title: 'UK 8', stock: 12 },
      { title: 'UK 9', stock: 7 },
      { title: 'UK 10', stock: 3 },
    ],
    chat: [
      'वो पतंग वाला पैच 🪁❤️',
      'gum sole = instant yes',
      'suede ko clean kaise karein?',
      'maroon + cream, kya combo hai',
    ],
  },
  cap: {
    shop: 'sahilsneakerloft',
    title: 'Gully Cap',
    titleHi: 'गली कैप',
    description:
      'Five-panel cotton twill cap in navy and mustard. The sunrise is embroidered by hand; the strap at the back fits every head.',
    descriptionHi: 'सूती टोपी, हाथ की कढ़ाई वाला सूरज। पीछे की पट्टी से सबको फ़िट।',
    priceMinor: 89900,
    variants: [
      { title: 'Navy / Mustard', stock: 25 },
      { title: 'Navy / Coral', stock: 18 },
    ],
    chat: [
      'gully cap for gully cricket 🏏',
      'is the embroidery really by hand?',
      'भाई के लिए गिफ़्ट पक्का 🎁',
      'mustard panel is so good',
    ],
  },
  saree: {
    shop: 'meerahandlooms',
    title: 'Sandhya Silk Saree',
    titleHi: 'संध्या सिल्क साड़ी',
    description:
      'Mulberry silk the colour of dusk, butti all over and a broad zari border of mangoes and temple spires. Six yards, with a blouse piece.',
    descriptionHi: 'साँझ के रंग का शुद्ध रेशम, बूटियाँ और आम-मंदिर वाला ज़री का चौड़ा बॉर्डर। ब्लाउज़ पीस साथ में।',
    priceMinor: 1249900,
    variants: [
      { title: 'Rani pink', stock: 3 },
      { title: 'Peacock blue', stock: 2 },
    ],
    chat: [
      'ज़री का काम देखो 😍',
      'Maa ke liye perfect for Diwali',
      'blouse piece saath mein milega?',
      'That border deserves a slow clap 👏',
      'नमस्ते मीरा जी 🙏',
    ],
  },
  stole: {
    shop: 'meerahandlooms',
    title: 'Neel Dabu Stole',
    titleHi: 'नील दाबू स्टोल',
    description:
      'Cotton stole in natural indigo, mud-resist and block printed by hand, with madder borders and knotted tassels. No two are quite alike.',
    descriptionHi: 'असली नील में रंगा सूती स्टोल, हाथ की दाबू छपाई, मजीठ का बॉर्डर और गाँठ वाले झब्बे।',
    priceMinor: 159900,
    variants: [
      { title: 'Indigo', stock: 20 },
      { title: 'Madder red', stock: 12 },
    ],
    chat: [
      'is the indigo natural?',
      'block print ka jawab nahi 💙',
      'kurte ke saath bahut jachega',
      'wash karne pe rang toh nahi jayega?',
    ],
  },
  lamp: {
    shop: 'meerahandlooms',
    title: 'Panch Deepam',
    titleHi: 'पंच दीपम',
    description:
      'Five-wick lamp in solid cast brass, turned and polished by hand, 32 cm tall. It comes with a bundle of cotton wicks.',
    descriptionHi: 'ठोस पीतल का पाँच बातियों वाला दीप, ऊँचाई 32 सेमी। साथ में रुई की बातियाँ।',
    priceMinor: 279900,
    variants: [
      { title: '32 cm', stock: 10 },
      { title: '45 cm', stock: 4 },
    ],
    chat: [
      'घर रोशन हो गया 🪔',
      'solid brass hai ya plated?',
      'The flames are so calming ✨',
      'pooja room ke liye le liya 🙏',
    ],
  },
};

export const SHOW = {
  title: 'Friday Night Bazaar: street meets silk',
  titleHi: 'शुक्रवार की शाम: गली से करघे तक',
};

/** Pictures of each product, by file name without folder. */
export const VIEWS = [0, 1, 2] as const;
export const imageFile = (key: ProductKey, view: number): string => `products/${key}-${view + 1}.webp`;
export const avatarFile = (shop: Shop): string => `avatars/${shop.host}.webp`;
export const coverFile = (shop: Shop): string => `covers/${shop.host}.webp`;

/** The machine-readable account of the clip; every path is relative to demo.json. */
export function demoJson(): string {
  const chapterMs = CHAPTER_SECONDS * 1000;
  const content = {
    show: {
      ...SHOW,
      clip: 'show.flv',
      durationMs: CHAPTERS.length * chapterMs,
      cover: coverFile(SHOPS[0] ?? missing()),
    },
    shops: SHOPS.map((shop) => {
      const own = CHAPTERS.map((chapter, i) => ({ chapter, i })).filter(
        ({ chapter }) => PRODUCTS[chapter.key].shop === shop.handle,
      );
      const first = own[0]?.i ?? 0;
      return {
        handle: shop.handle,
        name: shop.name,
        displayName: shop.displayName,
        bio: shop.bio,
        showTitle: shop.showTitle,
        avatar: avatarFile(shop),
        cover: coverFile(shop),
        // The shop's own part of the clip, which loops by itself as well.
        part: { startMs: first * chapterMs, endMs: (first + own.length) * chapterMs },
      };
    }),
    products: CHAPTERS.map(({ key }) => {
      const { chat: _chat, ...product } = PRODUCTS[key];
      return { key, ...product, images: VIEWS.map((view) => imageFile(key, view)) };
    }),
    chapters: CHAPTERS.map(({ key }, i) => ({
      startMs: i * chapterMs,
      endMs: (i + 1) * chapterMs,
      productKey: key,
      chat: PRODUCTS[key].chat,
    })),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function missing(): never {
  throw new Error('The show needs a shop');
}
