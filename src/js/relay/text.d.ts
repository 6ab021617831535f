// The bundler's: a text file is a module.
declare module "*.txt" {
  const text: string;
  export default text;
}
