// static closure of an entry, by folder, and who imports what
import { build } from 'esbuild';
const entries={extension:'src/extension.ts',cli:'src/cli/main.ts'};
const r = await build({entryPoints:entries,bundle:true,platform:'node',format:'esm',splitting:true,minify:true,metafile:true,write:false,outdir:'x',external:['vscode','web-tree-sitter','yaml','smol-toml','csv-stringify/sync'],plugins:[{name:'d',setup(b){b.onResolve({filter:/\.json$/},({path,kind})=>kind==='dynamic-import'?{path,external:true}:undefined)}}],loader:{'.css':'text'},logLevel:'error'});
const {inputs,outputs}=r.metafile; const size={};
for (const o of Object.values(outputs)) for (const [p,{bytesInOutput}] of Object.entries(o.inputs)) size[p]=Math.max(size[p]??0,bytesInOutput);
const start=process.argv[2]; const why=process.argv[3];
const parent={}; const q=[start]; parent[start]=null;
while(q.length){const p=q.shift(); for(const i of inputs[p]?.imports??[]) if(i.kind!=='dynamic-import'&&!i.external&&!(i.path in parent)){parent[i.path]=p;q.push(i.path);} }
const g={}; let t=0; for(const p of Object.keys(parent)){const k=p.startsWith('node_modules')?p.split('/').slice(0,2).join('/'):p.split('/').slice(0,3).join('/').replace(/\/[^/]*\.ts$/,''); const s=size[p]??0; g[k]=(g[k]??0)+s; t+=s;}
console.log(start,t,Object.keys(parent).length,'files'); console.log(Object.entries(g).sort((a,b)=>b[1]-a[1]).filter(x=>x[1]>700).map(([k,v])=>`${k}:${v}`).join(' '));
if(why) for(const p of Object.keys(parent).filter(p=>p.includes(why)&&(size[p]??0)>0)){let c=[],x=p;while(x){c.push(x.replace('src/','').replace('.ts',''));x=parent[x]}console.log(size[p],c.join(' < '));}
if(process.argv[4]) { console.log('outputs',Object.keys(outputs).length); }
