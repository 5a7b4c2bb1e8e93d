using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Snakepit.Launcher;

namespace Snakepit.TestKit;

/// <summary>A real silo process with configuration, ports and folders of its own. Nothing of it is left after disposal.</summary>
public sealed class SiloUnderTest : IAsyncDisposable
{
    /// <summary>For a silo and its workers to start on a busy host. It ends a hang; it measures nothing.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly ChildProgram _program;
    private readonly bool _ownsFolder;

    private SiloUnderTest(ChildProgram program, SiloSeat seat, bool ownsFolder)
    {
        _program = program;
        _ownsFolder = ownsFolder;
        Seat = seat;
        Url = new Uri($"http://{seat.Address}:{seat.HttpPort}");
        Http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromMinutes(2) };
    }

    public HttpClient Http { get; }

    public Uri Url { get; }

    public SiloSeat Seat { get; }

    public string Folder => Seat.Folder;

    public string Name => Seat.Name;

    /// <summary>Where the records of its workers are.</summary>
    public string RecordFolder => Path.Combine(Folder, "data", "snakepit", Name, "workers");

    public int SiloPort => Seat.SiloPort;

    public int GatewayPort => Seat.GatewayPort;

    public int Pid => _program.Pid;

    public bool HasExited => _program.HasExited;

    public int ExitCode => _program.ExitCode;

    public string Output => _program.Output;

    /// <summary>One pool over the test adapters.</summary>
    public static object Pool(
        string adapter = "basic.Basic", int size = 2, string name = "default", int capacity = 1, int maxQueueSize = 1000) => new
        {
            Name = name,
            PoolSize = size,
            WorkerCapacity = capacity,
            MaxQueueSize = maxQueueSize,
            AdapterModule = adapter,
            PythonPath = new[] { Places.Adapters },
        };

    /// <summary>Starts a silo; does not wait for anything.</summary>
    /// <param name="pools">The section Pools.</param>
    /// <param name="settings">Further options as <c>name=value</c>, without the section's name.</param>
    /// <param name="environment">Environment variables, null values removed.</param>
    /// <param name="shell">Runs the silo from this shell line, in which <c>"$@"</c> is its command and <c>$0</c> its folder.</param>
    /// <param name="cluster">Further options of the section Cluster, written to the configuration file.</param>
    /// <param name="seat">Name, ports and folder of an earlier life; they outlive the silo. Without it the silo has its own.</param>
    /// <param name="urls">
    /// The address to listen on instead of a loopback address; <c>{port}</c> stands for the port of <see cref="Url"/>.
    /// </param>
    public static SiloUnderTest Start(
        object[] pools,
        string[]? settings = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? shell = null,
        IReadOnlyDictionary<string, object>? cluster = null,
        SiloSeat? seat = null,
        string? urls = null)
    {
        var own = seat ?? SiloSeat.Take();
        var folder = own.Folder;
        var config = Path.Combine(folder, "snakepit.json");
        var section = new Dictionary<string, object>(cluster ?? new Dictionary<string, object>())
        {
            ["SiloPort"] = own.SiloPort,
            ["GatewayPort"] = own.GatewayPort,
            ["SiloName"] = own.Name,
            ["ListenAddress"] = own.Address,
        };
        File.WriteAllText(config, JsonSerializer.Serialize(new
        {
            Snakepit = new
            {
                DataDir = Path.Combine(folder, "data"),
                InstanceToken = own.Name,
                // Longer than the start of a worker on a busy host, for which calls wait when another one has died.
                PoolQueueTimeout = "1m",
                CheckoutTimeout = "1m",
                Cluster = section,
                Pools = pools,
            },
        }));
        var url = $"http://{own.Address}:{own.HttpPort}";
        shell ??= own.Shell;
        var listens = urls?.Replace("{port}", $"{own.HttpPort}", StringComparison.Ordinal) ?? url;
        // A shell starts background jobs with SIGINT ignored, the tests may be in one, and a silo would inherit that.
        string[] serve =
        [
            "env", "--default-signal=INT", own.Program, "serve", "--config", config, "--urls", listens,
            .. (settings ?? []).Select(setting => $"--Snakepit:{setting}"),
        ];
        string[] command = shell is null ? serve : ["sh", "-c", shell, folder, .. serve];
        var variables = new Dictionary<string, string?>(environment ?? new Dictionary<string, string?>());
        // Sockets go there; a killed silo's folder would stay behind in the host's own.
        variables.TryAdd("XDG_RUNTIME_DIR", Directory.CreateDirectory(Path.Combine(folder, "run")).FullName);
        var program = ChildProgram.Start(new ProgramStart("the silo", command[0], command[1..]) { Environment = variables });
        return new SiloUnderTest(program, own, ownsFolder: seat is null);
    }

    /// <summary>Starts a silo and waits until its pools serve with all their workers.</summary>
    public static async Task<SiloUnderTest> StartReadyAsync(object[] pools, params string[] settings)
    {
        var silo = Start(pools, settings);
        try
        {
            await silo.UntilReadyAsync();
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    public Task UntilReadyAsync() => SeeAsync(
        async () => await TryGetAsync("health/ready") == HttpStatusCode.OK ? await StatusAsync() : null,
        status => status is not null && Workers(status).All(worker => worker["state"]!.GetValue<string>() == "Ready"),
        "every worker is ready",
        StartLimit);

    /// <summary>Waits for something about this silo; a limit that passes shows its output.</summary>
    public async Task<T> SeeAsync<T>(Func<Task<T>> ask, Func<T, bool> fits, string what, TimeSpan? limit = null)
    {
        try
        {
            return await Eventually.SeeAsync(
                () => HasExited
                    ? throw new InvalidOperationException(
                        $"The silo ended with code {ExitCode} while waiting until {what}.\n{Output}")
                    : ask(),
                fits,
                limit,
                what);
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"{error.Message}\n--- silo output ---\n{Output}");
        }
    }

    /// <summary>Waits until its log has a text.</summary>
    public Task SeesAsync(string text) =>
        SeeAsync(() => Task.FromResult(Output), output => output.Contains(text, StringComparison.Ordinal), $"it says '{text}'");

    /// <summary>The status document. A silo that was too busy to be in its own answer is asked again.</summary>
    /// <param name="output">With the last lines of output of workers that failed.</param>
    public Task<JsonNode> StatusAsync(bool output = false) => Eventually.SeeAsync(
        async () => JsonNode.Parse(await Http.GetStringAsync(new Uri(output ? "v1/status?output=true" : "v1/status", UriKind.Relative)))!,
        status => !status["pools"]!.AsArray().SelectMany(pool => pool!["silentSilos"]!.AsArray())
            .Any(silent => silent!.GetValue<string>() == Name),
        what: "the silo is in its own status");

    public static IEnumerable<JsonNode> Workers(JsonNode status, string? pool = null) =>
        from entry in status["pools"]!.AsArray()
        where pool is null || entry!["name"]!.GetValue<string>() == pool
        from shard in entry!["shards"]!.AsArray()
        from worker in shard!["workers"]!.AsArray()
        select worker;

    public async Task<IReadOnlyList<int>> WorkerPidsAsync(string? pool = null) =>
        [.. Workers(await StatusAsync(), pool).Select(worker => worker["pid"]!.GetValue<int>()).Where(pid => pid != 0)];

    /// <summary>The pool's entry in the status document.</summary>
    public async Task<JsonNode> PoolAsync(string name = "default") =>
        (await StatusAsync())["pools"]!.AsArray().First(pool => pool!["name"]!.GetValue<string>() == name)!;

    public async Task<Answer> CallAsync(
        string tool, object? args = null, string pool = "default", CancellationToken cancellationToken = default) =>
        await PostAsync($"v1/pools/{pool}/tools/{tool}", JsonSerializer.Serialize(args ?? new { }), cancellationToken);

    public async Task<Answer> PostAsync(string path, string body, CancellationToken cancellationToken = default)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(new Uri(path, UriKind.Relative), content, cancellationToken);
        return new Answer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(cancellationToken),
            response.Headers.Concat(response.Content.Headers).ToDictionary(
                header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    public async Task<HttpStatusCode?> TryGetAsync(string path)
    {
        try
        {
            return (await Http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode;
        }
        // A server that ends while the connection is made causes a SocketException.
        catch (Exception error) when (error is HttpRequestException or SocketException)
        {
            return null;
        }
    }

    /// <summary>Asks the silo to leave as an operator does and waits until it has.</summary>
    public async Task<int> StopAsync(TimeSpan? limit = null)
    {
        HostProcess.Signal(Pid, "TERM");
        return await ExitAsync(limit);
    }

    /// <summary>Kills the silo without a word.</summary>
    public void Kill() => HostProcess.Signal(Pid, "KILL");

    public Task<int> ExitAsync(TimeSpan? limit = null) => _program.WaitForExitAsync(limit ?? Eventually.Limit);

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        Http.Dispose();
        if (_ownsFolder)
            await Places.DeleteAsync(Folder);
    }
}

/// <summary>What HTTP answered.</summary>
public sealed record Answer(HttpStatusCode Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The problem's code, or null when it is no problem.</summary>
    public string? Code => Status == HttpStatusCode.OK ? null : Json["code"]?.GetValue<string>();

    public string Detail => Json["detail"]!.GetValue<string>();

    public string Outcome => Json["outcome"]!.GetValue<string>();
}
