using System.Diagnostics;
using System.Text;
using Snakepit.Launcher;

namespace Snakepit.TestKit.Clusters;

/// <summary>
/// A PostgreSQL server on loopback for one test program: its data lies in a temporary folder, and its users need the
/// password. Server and folder are gone after disposal, and also when the test program is killed.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    public const string User = "postgres";

    private static readonly string Binaries = FindBinaries();

    private readonly StringBuilder _output = new();
    private readonly Process _guard;
    private Process? _server;
    private readonly int _connections;
    private int _databases;

    private PostgresServer(string folder, Process guard, string address, int connections)
    {
        _connections = connections;
        Address = address;
        Folder = folder;
        _guard = guard;
    }

    public string Folder { get; }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    public int Port { get; } = FreePorts.Take();

    /// <summary>The port that silos are told: the server's own, or that of something between them.</summary>
    public int Door { get => field == 0 ? Port : field; set; }

    /// <summary>Appears nowhere else, so a test can look for it in what a silo says.</summary>
    public string Password { get; } = $"Pw-{Guid.NewGuid():N}";

    public int Pid => _server?.Id ?? throw new InvalidOperationException("The server does not run.");

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Makes a server with data of its own and waits until it takes connections.</summary>
    /// <param name="address">Where it listens.</param>
    /// <param name="connections">Most that it takes at once; three of them are for its own user.</param>
    public static async Task<PostgresServer> StartNewAsync(string address = "127.0.0.1", int connections = 200)
    {
        var folder = Directory.CreateTempSubdirectory("snakepit-pg-").FullName;
        var server = new PostgresServer(folder, Guard(folder), address, connections);
        try
        {
            var password = Path.Combine(folder, "password");
            await File.WriteAllTextAsync(password, server.Password);
            if (Environment.IsPrivilegedProcess)
                await RunAsync(new ProcessStartInfo("chown", ["-R", User, folder]));
            await RunAsync(AsUser(
                "initdb", "-D", server.Data, "-U", User, "-A", "scram-sha-256", $"--pwfile={password}", "--no-sync",
                "--locale=C", "--encoding=UTF8"));
            await File.AppendAllTextAsync(Path.Combine(server.Data, "pg_hba.conf"), "host all all samenet scram-sha-256\n");
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public string ConnectionString(string database) =>
        $"Host={Address};Port={Door};Database={database};Username={User};Password={Password}";

    /// <summary>Makes an empty database and returns its name.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await SqlAsync("postgres", $"CREATE DATABASE {name}");
        return name;
    }

    /// <summary>
    /// Runs statements through psql, which stops at the first error. Returns one line for each row, with bars between the columns.
    /// </summary>
    public async Task<string> SqlAsync(string database, string sql)
    {
        string[] arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", Address, "-p", $"{Port}", "-U", User, database];
        var start = new ProcessStartInfo(Path.Combine(Binaries, "psql"), arguments);
        start.Environment["PGPASSWORD"] = Password;
        start.Environment["PGOPTIONS"] = "-c client_min_messages=warning";
        return await RunAsync(start, sql);
    }

    /// <summary>Starts the server on its old port with its old data.</summary>
    public async Task StartAsync()
    {
        var start = AsUser(
            "postgres", "-D", Data, "-p", $"{Port}", "-c", $"listen_addresses={Address}", "-c", $"unix_socket_directories={Folder}",
            "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
            "-c", $"max_connections={_connections}", "-c", "shared_buffers=16MB");
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        _server = Process.Start(start)!;
        _server.ErrorDataReceived += (_, line) => Append(line.Data);
        _server.OutputDataReceived += (_, line) => Append(line.Data);
        _server.BeginErrorReadLine();
        _server.BeginOutputReadLine();
        await Eventually.SeeAsync(
            () => _server.HasExited ? throw new InvalidOperationException($"PostgreSQL ended at its start.\n{Output}") : IsReadyAsync(),
            ready => ready,
            what: "PostgreSQL is ready");
    }

    /// <summary>Ends the server in an orderly way; connections are cut. Its data stay for <see cref="StartAsync"/>.</summary>
    public Task StopAsync() => EndAsync("INT");

    /// <summary>Ends the server and all its sessions at once, as a crash does.</summary>
    public Task CrashAsync() => EndAsync("QUIT");

    /// <summary>Stops all processes of the server: connections stay open and nothing answers, like behind a silent network.</summary>
    public void Pause() => SignalAll("STOP");

    public void Resume() => SignalAll("CONT");

    public async ValueTask DisposeAsync()
    {
        if (_server is { HasExited: false })
        {
            Resume();
            await CrashAsync();
        }

        _server?.Dispose();
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync().WithinAsync(Eventually.Limit);
        _guard.Dispose();
    }

    private string Data => Path.Combine(Folder, "data");

    /// <summary>
    /// A shell that waits for the end of its input, which comes when this process is gone for whatever reason. It kills
    /// sessions before the server, since stopped ones would not notice their server's end.
    /// </summary>
    private static Process Guard(string folder)
    {
        const string Script = """
            read -r _
            pid=$(head -n 1 "$0/data/postmaster.pid" 2>/dev/null) && { pkill -KILL -P "$pid"; kill -KILL "$pid"; }
            rm -rf "$0" || { sleep 0.2; rm -rf "$0"; }
            """;
        var start = new ProcessStartInfo("setsid", ["sh", "-c", Script, folder])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static ProcessStartInfo AsUser(string program, params string[] arguments)
    {
        var path = Path.Combine(Binaries, program);
        return Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", [$"--reuid={User}", $"--regid={User}", "--clear-groups", path, .. arguments])
            {
                WorkingDirectory = "/",
            }
            : new ProcessStartInfo(path, arguments);
    }

    private static string FindBinaries()
    {
        const string Debian = "/usr/lib/postgresql";
        var newest = !Directory.Exists(Debian) ? null : Directory.GetDirectories(Debian)
            .Where(folder => File.Exists(Path.Combine(folder, "bin", "postgres")))
            .MaxBy(folder => double.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture));
        return newest is not null
            ? Path.Combine(newest, "bin")
            : Environment.GetEnvironmentVariable("PATH")!.Split(':').FirstOrDefault(folder => File.Exists(Path.Combine(folder, "postgres")))
                ?? throw new InvalidOperationException(
                    "These tests need PostgreSQL: install Debian's package 'postgresql', or put 'postgres' on the PATH.");
    }

    private static async Task<string> RunAsync(ProcessStartInfo start, string input = "")
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WithinAsync(Eventually.Limit);
        return process.ExitCode == 0
            ? (await output).Trim()
            : throw new InvalidOperationException(
                $"{Path.GetFileName(start.FileName)} ended with code {process.ExitCode}: {await errors}{await output}");
    }

    private async Task<bool> IsReadyAsync()
    {
        using var process = Process.Start(Path.Combine(Binaries, "pg_isready"), ["-q", "-h", Address, "-p", $"{Port}"]);
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    private async Task EndAsync(string signal)
    {
        HostProcess.Signal(Pid, signal);
        await _server!.WaitForExitAsync().WithinAsync(Eventually.Limit);
    }

    private void SignalAll(string signal)
    {
        foreach (var pid in HostProcess.Children(Pid).Prepend(Pid))
            HostProcess.Signal(pid, signal);
    }

    private void Append(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}
