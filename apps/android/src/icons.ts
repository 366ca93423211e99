import type { IconSet } from '@vybekart/screens';
import BadgeCheck from 'lucide-react-native/icons/badge-check';
import Bell from 'lucide-react-native/icons/bell';
import Boxes from 'lucide-react-native/icons/boxes';
import Check from 'lucide-react-native/icons/check';
import ChevronLeft from 'lucide-react-native/icons/chevron-left';
import ChevronRight from 'lucide-react-native/icons/chevron-right';
import CircleAlert from 'lucide-react-native/icons/circle-alert';
import CircleCheck from 'lucide-react-native/icons/circle-check';
import Clock from 'lucide-react-native/icons/clock';
import Copy from 'lucide-react-native/icons/copy';
import CreditCard from 'lucide-react-native/icons/credit-card';
import Download from 'lucide-react-native/icons/download';
import Eye from 'lucide-react-native/icons/eye';
import EyeOff from 'lucide-react-native/icons/eye-off';
import Heart from 'lucide-react-native/icons/heart';
import ImagePlus from 'lucide-react-native/icons/image-plus';
import Inbox from 'lucide-react-native/icons/inbox';
import Languages from 'lucide-react-native/icons/languages';
import Lock from 'lucide-react-native/icons/lock';
import LogOut from 'lucide-react-native/icons/log-out';
import MapPin from 'lucide-react-native/icons/map-pin';
import MessageCircle from 'lucide-react-native/icons/message-circle';
import Mic from 'lucide-react-native/icons/mic';
import MicOff from 'lucide-react-native/icons/mic-off';
import Minus from 'lucide-react-native/icons/minus';
import MonitorSmartphone from 'lucide-react-native/icons/monitor-smartphone';
import Package from 'lucide-react-native/icons/package';
import Pause from 'lucide-react-native/icons/pause';
import Pencil from 'lucide-react-native/icons/pencil';
import Pin from 'lucide-react-native/icons/pin';
import PinOff from 'lucide-react-native/icons/pin-off';
import Play from 'lucide-react-native/icons/play';
import Plus from 'lucide-react-native/icons/plus';
import Radio from 'lucide-react-native/icons/radio';
import ReceiptText from 'lucide-react-native/icons/receipt-text';
import RefreshCw from 'lucide-react-native/icons/refresh-cw';
import Send from 'lucide-react-native/icons/send';
import Share2 from 'lucide-react-native/icons/share-2';
import ShieldCheck from 'lucide-react-native/icons/shield-check';
import ShoppingBag from 'lucide-react-native/icons/shopping-bag';
import SlidersHorizontal from 'lucide-react-native/icons/sliders-horizontal';
import Smartphone from 'lucide-react-native/icons/smartphone';
import Sparkles from 'lucide-react-native/icons/sparkles';
import Square from 'lucide-react-native/icons/square';
import Store from 'lucide-react-native/icons/store';
import SwitchCamera from 'lucide-react-native/icons/switch-camera';
import Trash2 from 'lucide-react-native/icons/trash';
import Truck from 'lucide-react-native/icons/truck';
import Undo2 from 'lucide-react-native/icons/undo-2';
import User from 'lucide-react-native/icons/user';
import Users from 'lucide-react-native/icons/users';
import Video from 'lucide-react-native/icons/video';
import VideoOff from 'lucide-react-native/icons/video-off';
import Volume2 from 'lucide-react-native/icons/volume-2';
import VolumeX from 'lucide-react-native/icons/volume-x';
import WifiOff from 'lucide-react-native/icons/wifi-off';
import X from 'lucide-react-native/icons/x';

/** One import an icon: the package's main door would bring every picture it has into the app. */
export const icons: IconSet = {
  BadgeCheck,
  Bell,
  Boxes,
  Check,
  ChevronLeft,
  ChevronRight,
  CircleAlert,
  CircleCheck,
  Clock,
  Copy,
  CreditCard,
  Download,
  Eye,
  EyeOff,
  Heart,
  ImagePlus,
  Inbox,
  Languages,
  Lock,
  LogOut,
  MapPin,
  MessageCircle,
  Mic,
  MicOff,
  Minus,
  MonitorSmartphone,
  Package,
  Pause,
  Pencil,
  Pin,
  PinOff,
  Play,
  Plus,
  Radio,
  ReceiptText,
  RefreshCw,
  Send,
  Share2,
  ShieldCheck,
  ShoppingBag,
  SlidersHorizontal,
  Smartphone,
  Sparkles,
  Square,
  Store,
  SwitchCamera,
  Trash2,
  Truck,
  Undo2,
  User,
  Users,
  Video,
  VideoOff,
  Volume2,
  VolumeX,
  WifiOff,
  X,
};
