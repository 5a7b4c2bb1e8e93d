using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Snakepit.Launcher;

namespace Snakepit.Silo.Chaos.Silos;

/// <summary>A silo in a process, folders and ports of its own, which chaos may do everything to.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ChaosSilo : IDisposable
{
    /// <summary>In the environment of everything that descends from one life of the silo, so that what it left can be found.</summary>
    private const string MarkVariable = "SNAKEPIT_CHAOS_RUN";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly TextWriter _log;
    private ChildProgram? _program;
    private string _mark = "";
    private volatile string _lastLine = "";
    private bool _isDisposed;

    public ChaosSilo(SiloSeat seat, SiloSettings settings)
    {
        Seat = seat;
        settings.Write(seat);
        _log = TextWriter.Synchronized(new StreamWriter(seat.Log) { AutoFlush = true });
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{seat.HttpPort}"), Timeout = Timeout.InfiniteTimeSpan };
    }

    public SiloSeat Seat { get; }

    public string Name => Seat.Name;

    /// <summary>Outlives restarts, since the address stays.</summary>
    public HttpClient Http { get; }

    public int Pid => _program?.Pid ?? 0;

    /// <summary>The latest line of its log; says why it ended, when it did.</summary>
    public string LastLine => _lastLine;

    /// <summary>A fault is under way, and the silo may not serve.</summary>
    public bool IsAway { get; set; }

    public bool HasExited => _program is null or { HasExited: true };

    public int? ExitCode => _program is { HasExited: true } ended ? ended.ExitCode : null;

    /// <summary>Starts its next life; waits for nothing.</summary>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _mark = Guid.NewGuid().ToString("N");
        var variables = new Dictionary<string, string?>
        {
            ["XDG_RUNTIME_DIR"] = Seat.RuntimeFolder,
            [MarkVariable] = _mark,
        };
        // The operator's own settings would make it join the cluster that it must not touch.
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>())
        {
            if (name.StartsWith("Snakepit__", StringComparison.OrdinalIgnoreCase))
                variables[name] = null;
        }

        string[] serve = ["serve", "--config", Seat.Settings, "--urls", $"{Http.BaseAddress}"];
        _program = ChildProgram.Start(
            new ProgramStart($"silo {Name}", Environment.ProcessPath!, serve) { Environment = variables, OnLine = Read });
    }

    /// <summary>Waits until <c>/health/ready</c> says yes.</summary>
    /// <exception cref="TimeoutException">It did not, or the process has ended.</exception>
    public Task UntilReadyAsync(TimeSpan limit, CancellationToken cancellationToken) => UntilAsync(
        async () => HasExited
            ? throw new TimeoutException($"silo {Name} ended with code {ExitCode} before it was ready: {LastLine}")
            : await IsReadyAsync(TimeSpan.FromSeconds(2)),
        limit,
        () => $"silo {Name} is ready",
        cancellationToken);

    /// <summary>What a load balancer asks.</summary>
    public async Task<bool> IsReadyAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            using var response = await Http.GetAsync(new Uri("health/ready", UriKind.Relative), limit.Token);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception error) when (error is HttpRequestException or SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    public async Task<JsonNode> PoolAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        return JsonNode.Parse(await Http.GetStringAsync(new Uri("v1/status", UriKind.Relative), limit.Token))!["pools"]![0]!;
    }

    public void Signal(int signal) => _program?.Signal(signal);

    /// <summary>Waits for the end of the process; null when it has not ended in time.</summary>
    public async Task<int?> ExitAsync(TimeSpan limit)
    {
        try
        {
            return await _program!.WaitForExitAsync(limit);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Living processes that descend from the latest life of this silo, the silo itself excluded.</summary>
    public List<(int Pid, string Command)> Descendants() => MarkedProcesses.Find(_mark, Pid);

    /// <summary>Sockets and records that should be gone with the silo.</summary>
    public List<string> Leftovers() =>
    [
        .. Directory.EnumerateDirectories(Seat.RuntimeFolder, "snakepit-*"),
        .. Directory.Exists(Seat.DataFolder)
            ? Directory.EnumerateFiles(Seat.DataFolder, "*", SearchOption.AllDirectories)
                .Where(file => file.Contains("/workers/", StringComparison.Ordinal))
            : [],
    ];

    /// <summary>Asks until it holds.</summary>
    /// <exception cref="TimeoutException">It did not in time.</exception>
    public static async Task UntilAsync(Func<Task<bool>> holds, TimeSpan limit, Func<string> what, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await holds())
                    return;
            }
            catch (Exception error) when (error is HttpRequestException or SocketException or IOException
                || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Not yet, or not any more.
            }

            if (clock.Elapsed > limit)
                throw new TimeoutException($"after {limit.TotalSeconds:0} s it was still not so that {what()}");
            await Task.Delay(Poll, cancellationToken);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _program?.KillAll();
        Http.Dispose();
        _log.Dispose();
    }

    private void Read(string line)
    {
        _lastLine = line;
        _log.WriteLine(line);
    }
}
