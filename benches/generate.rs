//! A repository as large as one likes: RKE2 clusters among the YAML that is
//! usually kept beside them. The same number of files gives the same bytes.
//!
//! No ground truth: whether findings are right is for the tests.

use std::{
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

/// Of a thousand files, how many are definitions of custom resources. They
/// are few, and hold most of the bytes.
const DEFINITIONS: usize = 6;

/// Files per cluster, of which about half are the cluster's own.
const FILES_PER_CLUSTER: usize = 22;

/// Writes `files` files below `root`, which must not exist.
pub(crate) fn repository(root: &Path, files: usize) -> io::Result<()> {
    let mut repository =
        Repository { root: root.to_owned(), random: Random(0x02f6_e2b1), files: 0 };
    // Makes the tree a repository of its own, whatever it lies in.
    fs::create_dir_all(root.join(".git"))?;
    repository.write(".gitignore", "*.retry\n.terraform/\n")?;
    for number in 0..files / FILES_PER_CLUSTER {
        repository.cluster(number)?;
    }
    for number in 0..(files * DEFINITIONS).div_ceil(1000) {
        repository.definition(number)?;
    }
    while repository.files < files {
        repository.bystander()?;
    }
    Ok(())
}

struct Repository {
    root: PathBuf,
    random: Random,
    files: usize,
}

impl Repository {
    fn write(&mut self, path: &str, text: &str) -> io::Result<()> {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("it lies below the root"))?;
        self.files += 1;
        fs::write(path, text)
    }

    /// A server, its drop-ins, agents and manifests.
    fn cluster(&mut self, number: usize) -> io::Result<()> {
        let random = &mut self.random;
        let region = random.pick(&["north", "south", "east", "west"]);
        let folder = format!("fleet/{region}/c{number:04}");
        let cni = random.pick(&["canal", "cilium", "calico", "flannel"]);
        let release = random.pick(&["v1.31.9", "v1.32.4", "v1.33.6", "v1.34.2"]);
        let multus = random.percent(30);
        let agents = 2 + random.below(4);
        let octet = 1 + random.below(100);
        // A few have the order wrong, so that reports have work too.
        let cnis = match (multus, random.percent(10)) {
            (false, _) => format!("cni: {cni}\n"),
            (true, false) => format!("cni:\n  - multus\n  - {cni}\n"),
            (true, true) => format!("cni: [{cni}, multus]\n"),
        };

        self.write(
            &format!("{folder}/rke2.env"),
            &format!("INSTALL_RKE2_VERSION={release}+rke2r1\nINSTALL_RKE2_CHANNEL=stable\n"),
        )?;
        let server = format!("{folder}/server/rke2");
        self.write(
            &format!("{server}/config.yaml"),
            &format!(
                "# First server of cluster {number}\n\
                 token: ${{TOKEN_{number}}}\n\
                 tls-san:\n  - api.c{number}.{region}.example.net\n  - 198.51.100.{octet}\n\
                 write-kubeconfig-mode: \"0640\"\n\
                 node-taint:\n  - CriticalAddonsOnly=true:NoExecute\n\
                 etcd-snapshot-schedule-cron: \"17 */6 * * *\"\n\
                 etcd-snapshot-retention: {}\n\
                 kube-apiserver-arg:\n  - audit-log-maxage=30\n  - profiling=false\n",
                3 + octet % 9,
            ),
        )?;
        self.write(
            &format!("{server}/config.yaml.d/10-network.yaml"),
            &format!(
                "{cnis}cluster-cidr: 10.{octet}.0.0/16\n\
                 service-cidr: 10.{services}.0.0/16\n\
                 cluster-dns: 10.{services}.0.10\n",
                services = octet + 120,
            ),
        )?;
        self.write(
            &format!("{server}/config.yaml.d/20-security.yaml"),
            "profile: cis\nselinux: true\nprotect-kernel-defaults: true\nnode-label+:\n  - tier=control\n",
        )?;
        for agent in 0..agents {
            self.write(
                &format!("{folder}/agents/agent-{agent}.yaml"),
                &format!(
                    "server: https://api.c{number}.{region}.example.net:9345\n\
                     token: ${{TOKEN_{number}}}\n\
                     node-name: c{number}-agent-{agent}\n\
                     node-label:\n  - tier=worker\n  - rack=r{agent}\n\
                     kubelet-arg:\n  - max-pods=200\n",
                ),
            )?;
        }
        let manifests = format!("{folder}/manifests");
        let values = match cni {
            "canal" => "    flannel:\n      iface: eth1\n    calico:\n      vethuMTU: 1450\n",
            "cilium" => {
                "    mtu: 1450\n    cni:\n      exclusive: false\n    hubble:\n      enabled: true\n"
            }
            "calico" => {
                "    installation:\n      calicoNetwork:\n        mtu: 1450\n        bgp: Disabled\n"
            }
            _ => "    flannel:\n      backend: vxlan\n",
        };
        self.write(
            &format!("{manifests}/rke2-{cni}-config.yaml"),
            &format!(
                "apiVersion: helm.cattle.io/v1\n\
                 kind: HelmChartConfig\n\
                 metadata:\n  name: rke2-{cni}\n  namespace: kube-system\n\
                 spec:\n  valuesContent: |-\n{values}",
            ),
        )?;
        if multus {
            for network in 0..3 {
                self.write(
                    &format!("{manifests}/network-{network}.yaml"),
                    &attachment(network, octet),
                )?;
            }
        }
        Ok(())
    }

    /// 200 kB to 1 MB, most of it prose.
    fn definition(&mut self, number: usize) -> io::Result<()> {
        let kind = format!("Widget{number}");
        let len = 200_000 + self.random.below(800_000);
        let mut text = format!(
            "apiVersion: apiextensions.k8s.io/v1\n\
             kind: CustomResourceDefinition\n\
             metadata:\n  name: widget{number}s.example.net\n\
             spec:\n  group: example.net\n  names:\n    kind: {kind}\n    plural: widget{number}s\n\
             \x20 scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n\
             \x20   schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n",
        );
        // One in ten speaks of things that RKE2's files speak of too, as those
        // of Flux, Multus and Calico do.
        if number.is_multiple_of(10) {
            text.push_str(
                "          chart:\n            description: Name of the HelmChart that is installed\n            type: string\n\
                 \x20         networks:\n            description: |-\n              Names of NetworkAttachmentDefinition objects, first the\n              default one.\n            type: array\n            items:\n              type: string\n",
            );
        }
        let mut property = 0;
        while text.len() < len {
            let prose = self.random.sentence(12 + property % 30);
            let inner = self.random.sentence(8);
            // Writing to a string can't fail.
            let _ = write!(
                text,
                "          field{property}:\n            description: |-\n              {prose}\n              {inner}\n            type: object\n            properties:\n              enabled:\n                description: {inner}\n                type: boolean\n              names:\n                items:\n                  type: string\n                maxItems: 64\n                type: array\n                x-kubernetes-list-type: atomic\n",
            );
            property += 1;
        }
        self.write(&format!("platform/crds/widget{number}s.yaml"), &text)
    }

    /// A file that has nothing to do with RKE2.
    fn bystander(&mut self) -> io::Result<()> {
        let number = self.files;
        let random = &mut self.random;
        let name = format!("{}-{number}", random.pick(&WORDS));
        let (path, text) = match random.below(100) {
            0..45 => (format!("apps/{name}/deployment.yaml"), deployment(&name, random)),
            45..60 => (format!("charts/{name}/values.yaml"), values(random)),
            60..70 => (format!("stacks/{name}/compose.yml"), compose(random)),
            70..80 => (format!("workflows/{name}.yml"), workflow(random)),
            80..95 => (format!("ansible/{name}/tasks.yml"), tasks(random)),
            _ => (format!("docs/{name}.md"), format!("# {name}\n\n{}\n", random.sentence(200))),
        };
        self.write(&path, &text)
    }
}

fn attachment(network: usize, octet: usize) -> String {
    let vlan = 100 + network;
    format!(
        "apiVersion: k8s.cni.cncf.io/v1\n\
         kind: NetworkAttachmentDefinition\n\
         metadata:\n  name: vlan-{vlan}\n  namespace: default\n\
         spec:\n  config: |\n    {{\n      \"cniVersion\": \"1.0.0\",\n      \"type\": \"macvlan\",\n      \
         \"master\": \"eth{network}\",\n      \"mode\": \"bridge\",\n      \"ipam\": {{\n        \
         \"type\": \"whereabouts\",\n        \"range\": \"172.16.{octet}.0/24\"\n      }}\n    }}\n",
    )
}

fn deployment(name: &str, random: &mut Random) -> String {
    let mut text = format!(
        "apiVersion: apps/v1\nkind: Deployment\n\
         metadata:\n  name: {name}\n  labels:\n    app.kubernetes.io/name: {name}\n\
         spec:\n  replicas: {}\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: {name}\n\
         \x20 template:\n    metadata:\n      labels:\n        app.kubernetes.io/name: {name}\n\
         \x20   spec:\n      nodeSelector:\n        kubernetes.io/os: linux\n      containers:\n\
         \x20     - name: main\n        image: registry.example.net/{name}:1.{}\n        env:\n",
        1 + random.below(5),
        random.below(40),
    );
    for variable in 0..random.below(16) {
        let value = random.sentence(2);
        let _ =
            writeln!(text, "          - name: SETTING_{variable}\n            value: \"{value}\"");
    }
    let _ = write!(
        text,
        "        resources:\n          limits:\n            memory: 256Mi\n---\n\
         apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n\
         spec:\n  selector:\n    app.kubernetes.io/name: {name}\n  ports:\n    - port: 80\n",
    );
    text
}

fn values(random: &mut Random) -> String {
    let mut text = "replicaCount: 2\nimage:\n  tag: \"\"\n".to_owned();
    for word in WORDS.iter().take(4 + random.below(12)) {
        let prose = random.sentence(6);
        let _ =
            writeln!(text, "# {prose}\n{word}:\n  enabled: true\n  limit: {}", random.below(99));
    }
    text
}

fn compose(random: &mut Random) -> String {
    let mut text = "services:\n".to_owned();
    for word in WORDS.iter().take(2 + random.below(5)) {
        let _ = writeln!(
            text,
            "  {word}:\n    image: registry.example.net/{word}:3\n    networks: [back]\n    ports:\n      - \"{0}:{0}\"",
            8000 + random.below(900),
        );
    }
    text + "networks:\n  back: {}\n"
}

fn workflow(random: &mut Random) -> String {
    let mut text = "name: build\non: [push]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n".to_owned();
    for _ in 0..3 + random.below(6) {
        let _ = writeln!(
            text,
            "      - run: make {0}\n        env:\n          KEY: ${{{{ secrets.{0} }}}}",
            random.pick(&WORDS)
        );
    }
    text
}

fn tasks(random: &mut Random) -> String {
    let mut text = "---\n".to_owned();
    for _ in 0..3 + random.below(9) {
        let prose = random.sentence(5);
        let word = random.pick(&WORDS);
        let _ = writeln!(
            text,
            "- name: {prose}\n  ansible.builtin.template:\n    src: {word}.j2\n    dest: \"{{{{ {word}_path }}}}/{word}.conf\"\n    mode: \"0644\"\n  notify: restart {word}",
        );
    }
    text
}

const WORDS: [&str; 24] = [
    "billing",
    "catalog",
    "search",
    "gateway",
    "mailer",
    "ledger",
    "reports",
    "session",
    "storage",
    "queue",
    "metrics",
    "audit",
    "profile",
    "invoice",
    "worker",
    "cache",
    "router",
    "billing-api",
    "frontend",
    "backup",
    "exporter",
    "scheduler",
    "registry",
    "proxy",
];

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    fn sentence(&mut self, words: usize) -> String {
        let words: Vec<&str> = (0..words).map(|_| self.pick(&WORDS)).collect();
        words.join(" ")
    }
}
