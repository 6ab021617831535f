// The bundler turns an imported text file into a module.
declare module "*.txt" {
  const text: string;
  export default text;
}
