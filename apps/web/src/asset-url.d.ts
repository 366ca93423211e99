/** Vite copies the file as it is and answers its address. */
declare module '*?url' {
  const address: string;
  export default address;
}
