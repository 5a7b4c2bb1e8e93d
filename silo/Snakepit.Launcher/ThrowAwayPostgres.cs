using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace Snakepit.Launcher;

/// <summary>
/// A PostgreSQL server on loopback, with its data in a folder that goes with it, from the programs that this host has. A shell
/// waits for the end of its input, which comes with the end of this process for whatever reason, and then removes both.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class ThrowAwayPostgres : IAsyncDisposable
{
    private const string User = "postgres", Debian = "/usr/lib/postgresql";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Process _guard;

    private ThrowAwayPostgres(Process guard, string connection) => (_guard, Connection) = (guard, connection);

    /// <summary>Has the password.</summary>
    public string Connection { get; }

    /// <summary>The folder of the newest server's programs; null when this host has none.</summary>
    public static string? FindPrograms()
    {
        var newest = !Directory.Exists(Debian) ? null : Directory.GetDirectories(Debian)
            .Select(folder => Path.Combine(folder, "bin"))
            .Where(HasPrograms)
            .MaxBy(Version);
        return newest ?? (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').FirstOrDefault(HasPrograms);
    }

    /// <summary>Starts a server and waits until it takes connections.</summary>
    /// <param name="programs">The folder of its programs; see <see cref="FindPrograms"/>.</param>
    /// <param name="connections">Most connections that it takes at once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The server did not start; says what its programs said.</exception>
    public static async Task<ThrowAwayPostgres> StartAsync(string programs, int connections, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("snakepit-pg-").FullName;
        var password = Guid.NewGuid().ToString("N");
        var port = FreePorts.Take();
        await File.WriteAllTextAsync(Path.Combine(folder, "password"), password, cancellationToken);
        // PostgreSQL refuses to run as root.
        var asUser = Environment.IsPrivilegedProcess ? $"setpriv --reuid={User} --regid={User} --clear-groups" : "";
        var own = Environment.IsPrivilegedProcess ? $"chown -R {User} \"$1\"" : ":";
        var script = $"""
            cd / && {own} && {asUser} "$0/initdb" -D "$1/data" -U {User} -A scram-sha-256 --pwfile="$1/password" --no-sync --locale=C \
              --encoding=UTF8 >"$1/log" 2>&1 && {asUser} "$0/postgres" -D "$1/data" -p {port} -c listen_addresses=127.0.0.1 \
              -c unix_socket_directories="$1" -c fsync=off -c max_connections={connections} -c shared_buffers=16MB >>"$1/log" 2>&1 &
            read -r _
            pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" \
              && while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
            rm -rf "$1"
            """;
        var guard = Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", script, programs, folder])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
        var server = new ThrowAwayPostgres(guard, $"Host=127.0.0.1;Port={port};Database=postgres;Username={User};Password={password}");
        try
        {
            var clock = Stopwatch.StartNew();
            while (!await IsReadyAsync(programs, port))
            {
                if (clock.Elapsed > StartLimit)
                    throw new IOException($"PostgreSQL is not ready after {StartLimit.TotalSeconds:0} s ({Log(folder)}).");
                await Task.Delay(Pause, cancellationToken);
            }

            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the server and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
    }

    private static bool HasPrograms(string folder) =>
        Array.TrueForAll(["initdb", "postgres", "pg_isready"], program => File.Exists(Path.Combine(folder, program)));

    /// <summary>Of Debian's folder <c>15/bin</c>: 15.</summary>
    private static double Version(string bin) =>
        double.TryParse(Path.GetFileName(Path.GetDirectoryName(bin)), CultureInfo.InvariantCulture, out var version) ? version : 0;

    private static async Task<bool> IsReadyAsync(string programs, int port)
    {
        using var question = Process.Start(Path.Combine(programs, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", $"{port}"]);
        await question.WaitForExitAsync();
        return question.ExitCode == 0;
    }

    private static string Log(string folder) =>
        File.Exists(Path.Combine(folder, "log")) ? File.ReadLines(Path.Combine(folder, "log")).LastOrDefault("") : "no log";
}
