import { createInterface } from 'node:readline';
import { EXIT } from '@weft/kit';
import { CommandError } from '../outcome.ts';

/** Asks on the terminal without showing what is typed. `otherwise` says what to do where there is no terminal. @throws CommandError */
export async function askSecret(question: string, otherwise: string): Promise<string> {
  const { stdin, stderr } = process;
  if (stdin.isTTY !== true)
    throw new CommandError(EXIT.FAILED, 'no_terminal', `${question}: there is no terminal to ask at; ${otherwise}`);
  const reader = createInterface({ input: stdin, output: stderr, terminal: true });
  stderr.write(`${question}: `);
  // What is typed is echoed by this method; nothing but the question may be seen.
  (reader as unknown as { _writeToOutput: (text: string) => void })._writeToOutput = () => {};
  try {
    return await new Promise((resolve, reject) => {
      reader.once('line', resolve);
      reader.once('SIGINT', () => reject(new CommandError(EXIT.FAILED, 'interrupted', 'interrupted')));
      reader.once('close', () => reject(new CommandError(EXIT.FAILED, 'interrupted', 'nothing was typed')));
    });
  } finally {
    reader.close();
    stderr.write('\n');
  }
}

/** Asks on the terminal, and shows what is typed. `otherwise` says what to do where there is no terminal. @throws CommandError */
export async function askLine(question: string, otherwise: string): Promise<string> {
  const { stdin, stderr } = process;
  if (stdin.isTTY !== true)
    throw new CommandError(EXIT.FAILED, 'no_terminal', `${question}: there is no terminal to ask at; ${otherwise}`);
  const reader = createInterface({ input: stdin, output: stderr, terminal: true });
  try {
    return await new Promise((resolve, reject) => {
      reader.question(`${question}: `, (answer) => resolve(answer.trim()));
      reader.once('SIGINT', () => reject(new CommandError(EXIT.FAILED, 'interrupted', 'interrupted')));
      reader.once('close', () => reject(new CommandError(EXIT.FAILED, 'interrupted', 'nothing was typed')));
    });
  } finally {
    reader.close();
  }
}
