using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;

namespace Snakepit.Workers.Link.Carriers;

/// <summary>Dials a worker's endpoint: <c>unix:/path</c>, or <c>tcp:127.0.0.1:port</c> where there are no unix sockets.</summary>
internal static class WorkerChannel
{
    /// <summary>Flow-control window of a stream. With the 64 KiB default a 1 MB payload pauses sixteen times.</summary>
    private const int StreamWindow = 4 * 1024 * 1024;

    public static GrpcChannel Dial(WorkerAddress worker)
    {
        var address = Parse(worker.Endpoint);
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
                await ConnectAsync(address, worker.Pid, cancellationToken).ConfigureAwait(false),
            EnableMultipleHttp2Connections = false,
            InitialHttp2StreamWindowSize = StreamWindow,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            UseProxy = false,
        };
        return GrpcChannel.ForAddress("http://worker", new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = worker.LargestFrame,
            MaxSendMessageSize = null,
        });
    }

    /// <exception cref="FormatException">Neither form.</exception>
    public static EndPoint Parse(string endpoint)
    {
        if (endpoint.StartsWith("unix:", StringComparison.Ordinal))
            return new UnixDomainSocketEndPoint(endpoint["unix:".Length..]);
        if (endpoint.StartsWith("tcp:", StringComparison.Ordinal)
            && IPEndPoint.TryParse(endpoint["tcp:".Length..], out var tcp)
            && IPAddress.IsLoopback(tcp.Address))
            return tcp;
        throw new FormatException($"'{endpoint}' is not a worker endpoint; expected unix:/path or tcp:127.0.0.1:port.");
    }

    private static async ValueTask<Stream> ConnectAsync(EndPoint address, int pid, CancellationToken cancellationToken)
    {
        var socket = address is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            PeerCheck.Pass(socket, pid); // before any token is sent
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
