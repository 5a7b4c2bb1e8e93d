"""The yardstick: the same tool behind a plain unary gRPC server, no pool, no Orleans.

Usage: raw_server.py SOCKET THREADS
"""

import json
import sys
from concurrent import futures

import grpc

from bench_tools import echo


def call(request: bytes, _context: grpc.ServicerContext) -> bytes:
    return json.dumps(echo(**json.loads(request)), ensure_ascii=False, separators=(",", ":")).encode()


def main() -> None:
    socket, threads = sys.argv[1], int(sys.argv[2])
    size = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=threads), options=size)
    handler = grpc.method_handlers_generic_handler("bench.Raw", {"Call": grpc.unary_unary_rpc_method_handler(call)})
    server.add_generic_rpc_handlers((handler,))
    server.add_insecure_port(f"unix:{socket}")
    server.start()
    print("ready", flush=True)
    sys.stdin.read()  # the bench closes it when it is done


if __name__ == "__main__":
    main()
