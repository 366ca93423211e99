import type { ComponentType } from 'react';

export interface IconProps {
  size?: number;
  color?: string;
  fill?: string;
  strokeWidth?: number;
}

/** Lucide's names; `lucide-react` and `lucide-react-native` both export every one of them. */
export const iconNames = [
  'BadgeCheck',
  'Bell',
  'Boxes',
  'Check',
  'ChevronLeft',
  'ChevronRight',
  'CircleAlert',
  'CircleCheck',
  'Clock',
  'Copy',
  'CreditCard',
  'Download',
  'Eye',
  'EyeOff',
  'Heart',
  'ImagePlus',
  'Inbox',
  'Languages',
  'Lock',
  'LogOut',
  'MapPin',
  'MessageCircle',
  'Mic',
  'MicOff',
  'Minus',
  'MonitorSmartphone',
  'Package',
  'Pause',
  'Pencil',
  'Pin',
  'PinOff',
  'Play',
  'Plus',
  'Radio',
  'ReceiptText',
  'RefreshCw',
  'Send',
  'Share2',
  'ShieldCheck',
  'ShoppingBag',
  'SlidersHorizontal',
  'Smartphone',
  'Sparkles',
  'Square',
  'Store',
  'SwitchCamera',
  'Trash2',
  'Truck',
  'Undo2',
  'User',
  'Users',
  'Video',
  'VideoOff',
  'Volume2',
  'VolumeX',
  'WifiOff',
  'X',
] as const;

export type IconName = (typeof iconNames)[number];
export type IconSet = Record<IconName, ComponentType<IconProps>>;
