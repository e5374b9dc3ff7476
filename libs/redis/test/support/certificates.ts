import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate and its key, as files and as text. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Certificate {
  /** A certificate for `subjects`, e.g. `IP:127.0.0.1`. */
  issue(name: string, subjects: string): Certificate;
}

const openssl = (...args: string[]): unknown => execFileSync('openssl', args, { stdio: 'pipe' });
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A certificate authority of the test's own, in `dir`. */
export function authority(dir: string, name: string): Authority {
  const own = filesOf(dir, name);
  openssl(
    'req',
    '-x509',
    ...KEY,
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    own.keyFile,
    '-out',
    own.certFile,
  );
  const issue = (of: string, subjects: string): Certificate => {
    const files = filesOf(dir, of);
    const [request, extensions] = [join(dir, `${of}.csr`), join(dir, `${of}.ext`)];
    writeFileSync(extensions, `subjectAltName=${subjects}\n`);
    openssl('req', ...KEY, '-subj', `/CN=${of}`, '-keyout', files.keyFile, '-out', request);
    const signer = ['-CA', own.certFile, '-CAkey', own.keyFile, '-CAcreateserial'];
    openssl(
      'x509',
      '-req',
      '-in',
      request,
      ...signer,
      '-days',
      '2',
      '-extfile',
      extensions,
      '-out',
      files.certFile,
    );
    return read(files);
  };
  return { ...read(own), issue };
}

function filesOf(dir: string, name: string): { readonly certFile: string; readonly keyFile: string } {
  return { certFile: join(dir, `${name}.crt`), keyFile: join(dir, `${name}.key`) };
}

function read(files: { readonly certFile: string; readonly keyFile: string }): Certificate {
  return { ...files, cert: readFileSync(files.certFile, 'utf8'), key: readFileSync(files.keyFile, 'utf8') };
}
