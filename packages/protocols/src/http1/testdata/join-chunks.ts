/** Chunks of one body joined to one: where a body is cut depends on how it arrived, and means nothing. */
export function joinChunks(text: string): string {
  const mark = 'transfer-encoding: chunked\r\n\r\n';
  let joined = '';
  let at = 0;
  for (let head = text.indexOf(mark, at); head >= 0; head = text.indexOf(mark, at)) {
    joined += text.slice(at, head + mark.length);
    at = head + mark.length;
    let body = '';
    for (
      let line = /^([0-9a-f]+)\r\n/.exec(text.slice(at));
      line !== null && line[1] !== '0';
      line = /^([0-9a-f]+)\r\n/.exec(text.slice(at))
    ) {
      const from = at + line[0].length;
      const size = Number.parseInt(line[1] ?? '', 16);
      body += text.slice(from, from + size);
      at = from + size + 2;
    }
    if (body !== '') joined += `${body.length.toString(16)}\r\n${body}\r\n`;
  }
  return joined + text.slice(at);
}
