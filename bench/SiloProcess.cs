using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Snakepit.Launcher;

namespace Snakepit.Bench;

/// <summary>A silo of the bench's own, as its users start one.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);

    private readonly ChildProgram _program;
    private readonly string _folder;
    private readonly HttpClient _http = new();

    private SiloProcess(ChildProgram program, string folder, (int Silo, int Gateway) ports, string url)
    {
        _program = program;
        _folder = folder;
        (SiloPort, GatewayPort) = ports;
        _http.BaseAddress = new Uri(url);
    }

    public int Pid => _program.Pid;

    public Uri Url => _http.BaseAddress!;

    /// <summary>Where other silos reach it.</summary>
    public int SiloPort { get; }

    public int GatewayPort { get; }

    /// <summary>From the start of the process until it answered, and until all workers were ready.</summary>
    public TimeSpan SiloReady { get; private set; }

    public TimeSpan WorkersReady { get; private set; }

    /// <summary>Starts a silo with one pool and waits until its workers are ready.</summary>
    /// <param name="workers">PoolSize.</param>
    /// <param name="capacity">WorkerCapacity.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="maxQueueSize">MaxQueueSize.</param>
    /// <param name="options">Further options of the pool.</param>
    /// <param name="primary">The silo whose cluster it joins; null for a cluster of its own.</param>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="settings">Further arguments of the silo.</param>
    public static async Task<SiloProcess> StartAsync(
        int workers,
        int capacity,
        CancellationToken cancellationToken,
        int maxQueueSize = 10_000,
        object? options = null,
        SiloProcess? primary = null,
        string pool = "default",
        string[]? settings = null)
    {
        var folder = Directory.CreateTempSubdirectory("snakepit-bench-").FullName;
        var (silo, gateway, http) = (FreePorts.Take(), FreePorts.Take(), FreePorts.Take());
        var config = Path.Combine(folder, "snakepit.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            Snakepit = new
            {
                DataDir = Path.Combine(folder, "data"),
                InstanceToken = $"bench-{silo}",
                Cluster = new
                {
                    SiloPort = silo,
                    GatewayPort = gateway,
                    SiloName = $"bench-{silo}",
                    PrimarySilo = primary is null ? null : $"127.0.0.1:{primary.SiloPort}",
                },
                Pools = new[] { Pool(pool, workers, capacity, maxQueueSize, options) },
            },
            Logging = new { LogLevel = new { Default = "Warning" } },
        }), cancellationToken);
        var url = $"http://127.0.0.1:{http}";
        var clock = Stopwatch.StartNew();
        var process = ChildProgram.Start(
            new ProgramStart("the silo", Executable(), ["serve", "--config", config, "--urls", url, .. settings ?? []]) { OnLine = Echo });
        var started = new SiloProcess(process, folder, (silo, gateway), url);
        await started.UntilAsync(() => started.AnswersAsync("health/live"), "the silo answers", cancellationToken);
        started.SiloReady = clock.Elapsed;
        await started.UntilAsync(
            () => started.HasWorkersAsync(pool, $"bench-{silo}", workers), $"{workers} workers are ready", cancellationToken);
        started.WorkersReady = clock.Elapsed;
        return started;
    }

    /// <summary>Kills it without a word.</summary>
    public void Kill() => Signals.Send(Pid, Signals.Kill);

    public async Task PostAsync(string path, CancellationToken cancellationToken) =>
        (await _http.PostAsJsonAsync(new Uri(path, UriKind.Relative), new { }, cancellationToken)).EnsureSuccessStatusCode();

    /// <summary>For calls whose silo is going to be killed.</summary>
    public async Task TryPostAsync(string path, object body)
    {
        try
        {
            await _http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        }
        catch (HttpRequestException)
        {
            // what was to be expected
        }
    }

    public Task UntilRunningAsync(int calls, CancellationToken cancellationToken) => UntilAsync(
        async () => (await _http.GetFromJsonAsync<JsonElement>(new Uri("v1/status", UriKind.Relative)))
            .GetProperty("pools")[0].GetProperty("running").GetInt32() == calls,
        $"{calls} calls run",
        cancellationToken);

    /// <summary>Every process that the silo has started, directly or not.</summary>
    public List<int> Descendants() => ProcessTree.Descendants(Pid);

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Warnings of the silo. Its own announcements would stand in the way of the report.</summary>
    private static void Echo(string line)
    {
        if (line.Contains(": ", StringComparison.Ordinal) && !line.StartsWith("Snakepit silo", StringComparison.Ordinal))
            Console.Error.WriteLine($"[silo] {line}");
    }

    private static JsonObject Pool(string name, int workers, int capacity, int maxQueueSize, object? options)
    {
        var pool = JsonSerializer.SerializeToNode(new
        {
            Name = name,
            PoolSize = workers,
            WorkerCapacity = capacity,
            MaxQueueSize = maxQueueSize,
            AdapterModule = "bench_tools",
            PythonPath = new[] { Path.Combine(AppContext.BaseDirectory, "python") },
        })!.AsObject();
        foreach (var (option, value) in JsonSerializer.SerializeToNode(options ?? new { })!.AsObject())
            pool[option] = value?.DeepClone();
        return pool;
    }

    /// <summary>The silo of the same build, beside this project.</summary>
    private static string Executable()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var (framework, configuration) = (output.Name, output.Parent!.Name);
        var root = output.Parent.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(root, "silo", "Snakepit.Silo", "bin", configuration, framework, "snakepit");
    }

    private async Task UntilAsync(Func<Task<bool>> holds, string what, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (!await holds())
        {
            if (_program.HasExited || clock.Elapsed > ReadyLimit)
            {
                throw new InvalidOperationException(
                    $"Waited {clock.Elapsed.TotalSeconds:0} s until {what}; the silo {(_program.HasExited ? "has exited" : "runs")}.");
            }

            await Task.Delay(5, cancellationToken);
        }
    }

    private async Task<bool> AnswersAsync(string path)
    {
        try
        {
            return (await _http.GetAsync(new Uri(path, UriKind.Relative))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<bool> HasWorkersAsync(string pool, string silo, int workers)
    {
        var status = await _http.GetFromJsonAsync<JsonElement>(new Uri("v1/status", UriKind.Relative));
        return status.GetProperty("pools").EnumerateArray().Where(entry => entry.GetProperty("name").GetString() == pool)
            .SelectMany(entry => entry.GetProperty("shards").EnumerateArray())
            .Where(shard => shard.GetProperty("silo").GetString() == silo)
            .SelectMany(shard => shard.GetProperty("workers").EnumerateArray())
            .Count(worker => worker.GetProperty("state").GetString() == "Ready") == workers;
    }
}
