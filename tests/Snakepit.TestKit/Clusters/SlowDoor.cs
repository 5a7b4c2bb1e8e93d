using System.Net;
using System.Net.Sockets;

namespace Snakepit.TestKit.Clusters;

/// <summary>
/// A port in front of a PostgreSQL server, through which every query takes longer by a chosen time. Logging in does not. Connections are
/// cut at disposal.
/// </summary>
public sealed class SlowDoor : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _server;
    private readonly Task _accepting;
    private int _queries;

    public SlowDoor(int serverPort)
    {
        _server = serverPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How much longer each query takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Queries that took longer so far.</summary>
    public int Delayed => Volatile.Read(ref _queries);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(PassAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _server, _end.Token);
            await Task.WhenAny(
                CopyAsync(near.GetStream(), far.GetStream(), slow: true), CopyAsync(far.GetStream(), near.GetStream(), slow: false));
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or SocketException)
        {
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool slow)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _end.Token) is > 0 and var count)
            {
                // A query is a message that begins with its letter: simple, parsed or bound.
                if (slow && Delay > TimeSpan.Zero && "QPB"u8.Contains(buffer[0]))
                {
                    Interlocked.Increment(ref _queries);
                    await Task.Delay(Delay, _end.Token);
                }

                await to.WriteAsync(buffer.AsMemory(0, count), _end.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or SocketException)
        {
        }
    }
}
