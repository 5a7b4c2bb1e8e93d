using System.Diagnostics;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;

namespace Snakepit.Bench;

/// <summary>Plain unary gRPC servers in Python and their clients, calls going round.</summary>
internal sealed class RawServers : IAsyncDisposable
{
    private static readonly Marshaller<byte[]> Bytes = new(static bytes => bytes, static bytes => bytes);
    private static readonly Method<byte[], byte[]> Call = new(MethodType.Unary, "bench.Raw", "Call", Bytes, Bytes);

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-raw-").FullName;
    private readonly List<Process> _processes = [];
    private readonly List<(GrpcChannel Channel, CallInvoker Invoker)> _clients = [];
    private int _next;

    public IReadOnlyList<int> Pids => [.. _processes.Select(process => process.Id)];

    public static async Task<RawServers> StartAsync(int servers, int threads, CancellationToken cancellationToken)
    {
        var raw = new RawServers();
        for (var i = 0; i < servers; i++)
            await raw.AddAsync(Path.Combine(raw._folder, $"{i}.sock"), threads, cancellationToken);
        return raw;
    }

    public async Task CallAsync(byte[] payload)
    {
        var client = _clients[(int)((uint)Interlocked.Increment(ref _next) % (uint)_clients.Count)].Invoker;
        using var call = client.AsyncUnaryCall(Call, null, default, payload);
        await call.ResponseAsync.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (channel, _) in _clients)
            channel.Dispose();
        foreach (var process in _processes)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task AddAsync(string socket, int threads, CancellationToken cancellationToken)
    {
        var python = Environment.GetEnvironmentVariable("SNAKEPIT_PYTHON") ?? "python3";
        var folder = Path.Combine(AppContext.BaseDirectory, "python");
        var start = new ProcessStartInfo(python, [Path.Combine(folder, "raw_server.py"), socket, $"{threads}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PYTHONPATH"] = BridgeFolder();
        var process = Process.Start(start)!;
        _processes.Add(process);
        if (await process.StandardOutput.ReadLineAsync(cancellationToken) != "ready")
            throw new InvalidOperationException("The raw server did not start.");
        var channel = GrpcChannel.ForAddress("http://raw", new GrpcChannelOptions
        {
            MaxReceiveMessageSize = null,
            HttpHandler = new SocketsHttpHandler
            {
                InitialHttp2StreamWindowSize = 4 * 1024 * 1024, // the same as the link's
                ConnectCallback = async (_, cancel) =>
                {
                    var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancel);
                    return new NetworkStream(connection, ownsSocket: true);
                },
            },
        });
        _clients.Add((channel, channel.CreateCallInvoker()));
    }

    private static string BridgeFolder() =>
        Path.Combine(new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.Parent!.FullName, "python", "src");
}
