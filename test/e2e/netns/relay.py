"""
The wire between the network namespaces of a test, where the kernel has no netem: one TUN device for
each namespace, and this program moves every IP packet from one to another, late by a set time. All of
UDP, TCP and ICMP passes here, and nobody who sends notices.

usage: relay.py DEVICE=ADDRESS ...      makes the devices, says `ready`; whoever called then moves them;
                DEVICE@ADDRESS ...      is an outsider: packets to and from it are never late
stdin: delay MILLISECONDS               one way, from now on; answered by `delay`
       jitter MILLISECONDS              each packet is late by a random time of at most this besides, so that
                                        packets overtake each other; answered by `jitter`
       listen HEX                       for packets with these bytes in them; answered by `listen`
       heard                            how many there were since; answered by `heard COUNT`
       end of file                      ends the relay, and the devices with it
"""

import fcntl
import heapq
import os
import random
import re
import select
import socket
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
PACKET_BYTES_MAX = 65_536
# Beyond this a packet is lost, as in any router: a test that floods gets no endless queue.
WAITING_MAX = 50_000


def open_device(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


def deliver(device, packet):
    try:
        os.write(device, packet)
    except OSError:
        pass  # the device is down, or gone with its namespace: lost


class Relay:
    def __init__(self, devices, outsiders):
        self.by_address = devices
        self.outsiders = outsiders
        self.delay = 0.0
        self.jitter = 0.0
        self.waiting = []
        self.count = 0
        self.needle = None
        self.heard = 0

    def accept(self, packet, now):
        if len(packet) < 20 or packet[0] >> 4 != 4:
            return
        target = self.by_address.get(packet[16:20])
        if target is None or len(self.waiting) >= WAITING_MAX:
            return
        if self.needle is not None and self.needle in packet:
            self.heard += 1
        self.count += 1  # packets that are due together keep their order
        due = now + self.lateness(packet[12:16], packet[16:20])
        heapq.heappush(self.waiting, (due, self.count, target, packet))

    def lateness(self, source, target):
        if source in self.outsiders or target in self.outsiders:
            return 0.0
        return self.delay + random.uniform(0.0, self.jitter)

    def deliver_due(self, now):
        while self.waiting and self.waiting[0][0] <= now:
            _, _, target, packet = heapq.heappop(self.waiting)
            deliver(target, packet)

    def wait(self):
        """Seconds until the next packet is due; None where nothing waits."""
        if not self.waiting:
            return None
        return max(0.0, self.waiting[0][0] - time.monotonic())

    def command(self, line):
        if line.startswith("delay "):
            self.delay = float(line.split()[1]) / 1000
            print("delay", flush=True)
        elif line.startswith("jitter "):
            self.jitter = float(line.split()[1]) / 1000
            print("jitter", flush=True)
        elif line.startswith("listen "):
            self.needle = bytes.fromhex(line.split()[1])
            self.heard = 0
            print("listen", flush=True)
        elif line == "heard":
            print("heard", self.heard, flush=True)


def main(arguments):
    places = [re.fullmatch("(.+)([=@])(.+)", argument).groups() for argument in arguments]
    devices = {socket.inet_aton(address): open_device(name) for name, _, address in places}
    outsiders = {socket.inet_aton(address) for _, mark, address in places if mark == "@"}
    relay = Relay(devices, outsiders)
    poll = select.epoll()
    for device in [*devices.values(), sys.stdin.fileno()]:
        poll.register(device, select.EPOLLIN)
    print("ready", flush=True)
    while True:
        for source, _ in poll.poll(relay.wait()):
            if source == sys.stdin.fileno():
                lines = os.read(source, 4096).decode()
                if lines == "":
                    return
                for line in lines.splitlines():
                    relay.command(line)
                continue
            try:
                for _ in range(64):  # then the others have their turn
                    relay.accept(os.read(source, PACKET_BYTES_MAX), time.monotonic())
            except OSError:
                pass  # nothing more to read, or its namespace is gone
        relay.deliver_due(time.monotonic())


if __name__ == "__main__":
    main(sys.argv[1:])
