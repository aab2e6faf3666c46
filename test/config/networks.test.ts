import assert from "node:assert/strict";
import { isPublic, isSingleAddress, overlap, parseNetwork } from "../../config/networks.ts";

function network(text: string) {
  const parsed = parseNetwork(text);
  assert.ok(parsed, text);
  return parsed;
}

describe("networks", () => {
  it("are read, and nothing else is", () => {
    assert.deepEqual(parseNetwork("10.20.30.0/24"), { address: "10.20.30.0", family: "ipv4", prefix: 24 });
    assert.deepEqual(parseNetwork("2001:db8::/0"), { address: "2001:db8::", family: "ipv6", prefix: 0 });
    for (const text of [
      ...[
        "",
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "10.0.0/8",
        "10.0.0.256/8",
        "010.0.0.0/8",
        " 10.0.0.0/8",
      ],
      ...[
        "10.0.0.0/8 ",
        "10.0.0.0/8\n",
        "::/129",
        "::/-1",
        "FD00::/8",
        "fd00/8",
        "x/8",
        "a.example/24",
        "10.0.0.0/8/8",
      ],
    ]) {
      assert.equal(parseNetwork(text), undefined, text);
    }
  });

  it("are one address or several", () => {
    for (const one of ["10.0.0.1/32", "::1/128"]) assert.ok(isSingleAddress(network(one)), one);
    for (const several of ["10.0.0.0/31", "::/127", "::/32"]) assert.ok(!isSingleAddress(network(several)), several);
  });

  it("nest or are apart", () => {
    const cases: [string, string, boolean][] = [
      ["10.0.0.0/8", "10.1.2.3/32", true],
      ["10.1.2.3/32", "10.0.0.0/8", true],
      ["10.0.0.0/24", "10.0.1.0/24", false],
      ["fd00::/8", "fd12::1/128", true],
      ["fd00::/8", "10.0.0.0/8", false],
    ];
    for (const [one, other, expected] of cases) assert.equal(overlap(network(one), network(other)), expected, one);
  });

  it("are on the internet only if every address of theirs is", () => {
    for (const text of [
      ...[
        "1.1.1.0/24",
        "8.8.8.8/32",
        "9.255.255.255/32",
        "11.0.0.0/8",
        "172.15.0.0/16",
        "172.32.0.0/16",
        "192.167.0.0/16",
      ],
      ...["192.169.0.0/16", "100.63.0.0/16", "100.128.0.0/16", "168.63.129.15/32", "169.253.0.0/16", "198.17.0.0/16"],
      ...[
        "198.20.0.0/16",
        "223.255.255.255/32",
        "203.0.113.0/24",
        "2606:4700::/32",
        "2001:db8::/48",
        "2a00::/16",
        "3fff::/20",
      ],
    ]) {
      assert.ok(isPublic(network(text)), text);
    }
    for (const text of [
      ...[
        "0.0.0.0/0",
        "0.0.0.0/8",
        "8.0.0.0/5",
        "10.0.0.0/8",
        "10.255.255.255/32",
        "172.16.0.1/32",
        "172.31.0.0/16",
        "172.0.0.0/8",
      ],
      ...[
        "192.168.1.0/24",
        "192.0.0.0/24",
        "100.64.0.1/32",
        "100.100.100.200/32",
        "127.0.0.1/32",
        "169.254.169.254/32",
      ],
      ...[
        "168.63.129.16/32",
        "168.63.129.0/24",
        "198.18.0.0/15",
        "198.19.1.1/32",
        "224.0.0.1/32",
        "239.0.0.0/8",
        "240.0.0.0/4",
      ],
      ...["255.255.255.255/32", "::/0", "::1/128", "fd00::/8", "fe80::1/128", "ff02::1/128", "::ffff:8.8.8.8/128"],
      ...["64:ff9b::8.8.8.8/128", "2000::/2", "2001::1/128", "2002::/16", "2002:a00:1::/48", "4000::/3"],
    ]) {
      assert.ok(!isPublic(network(text)), text);
    }
  });
});
