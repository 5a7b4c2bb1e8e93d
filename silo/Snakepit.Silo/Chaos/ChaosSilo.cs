using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Snakepit.Silo.Chaos;

/// <summary>A silo in a process, folders and ports of its own, which chaos may do everything to.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class ChaosSilo : IDisposable
{
    public const int Workers = 6;

    /// <summary>In the environment of everything that descends from the silo, so that what it left can be found.</summary>
    private const string Mark = "SNAKEPIT_CHAOS_RUN";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-chaos-").FullName;
    private readonly TextWriter _log;
    private Process _process = null!;

    public ChaosSilo()
    {
        LogPath = Path.Combine(Path.GetTempPath(), $"snakepit-chaos-{_mark[..8]}.log");
        _log = TextWriter.Synchronized(new StreamWriter(LogPath) { AutoFlush = true });
        Directory.CreateDirectory(RuntimeFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(_folder, "snakepit.json"), JsonSerializer.Serialize(Configuration()));
    }

    public HttpClient Http { get; private set; } = null!;

    public int Pid => _process.Id;

    /// <summary>What the silo said; kept when something went wrong.</summary>
    public string LogPath { get; }

    private string DataFolder => Path.Combine(_folder, "data");

    private string RuntimeFolder => Path.Combine(_folder, "run");

    /// <summary>Starts it, again if need be, and waits until its workers are ready.</summary>
    /// <exception cref="TimeoutException">They were not.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["serve", "--config", Path.Combine(_folder, "snakepit.json"), "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_RUNTIME_DIR"] = RuntimeFolder;
        start.Environment[Mark] = _mark;
        // The operator's own settings would make it join the cluster that it must not touch.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("Snakepit__", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data, address);
        _process.ErrorDataReceived += (_, line) => Read(line.Data, address);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Http?.Dispose();
        Http = new HttpClient { BaseAddress = await address.Task.WaitAsync(StartLimit, cancellationToken), Timeout = TimeSpan.FromSeconds(30) };
        await UntilAsync(async () => await PoolAsync(cancellationToken) is { } pool && pool["capacity"]!.GetValue<int>() == Workers, StartLimit, $"{Workers} workers are ready", cancellationToken);
    }

    public async Task<JsonNode> PoolAsync(CancellationToken cancellationToken) =>
        JsonNode.Parse(await Http.GetStringAsync(new Uri("v1/status", UriKind.Relative), cancellationToken))!["pools"]![0]!;

    public async Task<int[]> WorkerPidsAsync(CancellationToken cancellationToken) =>
        [.. (await PoolAsync(cancellationToken))["shards"]!.AsArray().SelectMany(shard => shard!["workers"]!.AsArray()).Select(worker => worker!["pid"]!.GetValue<int>()).Where(pid => pid != 0)];

    /// <summary>Waits for the end of the process; null when it has not ended in time.</summary>
    public async Task<int?> ExitAsync(TimeSpan limit)
    {
        using var late = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(late.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Living processes that descend from this silo, itself excluded.</summary>
    public List<int> Descendants()
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid != Pid
                    && File.ReadAllText(Path.Combine(folder, "environ")).Contains(_mark, StringComparison.Ordinal))
                    found.Add(pid);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked, or is somebody else's.
            }
        }

        return found;
    }

    /// <summary>Sockets and records that should be gone with the silo.</summary>
    public List<string> Leftovers() =>
    [
        .. Directory.EnumerateDirectories(RuntimeFolder, "snakepit-*"),
        .. Directory.Exists(DataFolder) ? Directory.EnumerateFiles(DataFolder, "*", SearchOption.AllDirectories).Where(file => file.Contains("/workers/", StringComparison.Ordinal)) : [],
    ];

    /// <summary>Asks until it holds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, TimeSpan limit, string what, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await holds())
                    return;
            }
            catch (Exception error) when (error is HttpRequestException or SocketException)
            {
                // not yet, or not any more
            }

            if (clock.Elapsed > limit)
                throw new TimeoutException($"after {limit.TotalSeconds:0} s it was still not so that {what}");
            await Task.Delay(50, cancellationToken);
        }
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
            _process.Kill(entireProcessTree: true);
        _process?.Dispose();
        Http?.Dispose();
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private object Configuration() => new
    {
        Snakepit = new
        {
            DataDir = DataFolder,
            InstanceName = "chaos",
            InstanceToken = $"of-{Environment.ProcessId}",
            Cluster = new { SiloPort = 0, GatewayPort = 0, SiloName = "chaos" },
            Pools = new[]
            {
                new
                {
                    Name = "default",
                    PoolSize = Workers,
                    AdapterModule = "snakepit_bridge.chaos.Chaos",
                    MaxQueueSize = 200,
                    WorkerMaxRequests = 300,
                    WorkerTtl = "20s",
                    MemoryThresholdMb = 100,
                    Heartbeat = new { PingInterval = "250ms", Timeout = "500ms", MaxMissed = 3 },
                    CrashBarrier = new { BreakerCrashes = 0 }, // crashes are wanted here
                },
            },
        },
    };

    private void Read(string? line, TaskCompletionSource<Uri> address)
    {
        if (line is null)
            return;
        _log.WriteLine(line);
        if (Listening().Match(line) is { Success: true } match)
            address.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex(@"listens on (http://\S+?)[.,]? ")]
    private static partial Regex Listening();
}
