using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Snakepit.Core.Ports;
using Snakepit.Identity;
using Snakepit.TestKit;
using Snakepit.Workers.Files;
using Snakepit.Workers.Orphans;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Tests.Files;

[SupportedOSPlatform("linux")]
public sealed class RuntimeDirectoryTests : IDisposable
{
    private const string RunId = "0123456789ab";

    private readonly string _root = Directory.CreateTempSubdirectory("snakepit-root-").FullName;

    private static WorkerId Worker { get; } = new(new SlotId(new ShardId("pool", "silo"), 1), 1);

    private string Path => System.IO.Path.Combine(_root, $"snakepit-{RunId}");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_new_folder_is_the_users_alone_whatever_the_root_allows()
    {
        Run("chmod", "1777", _root);

        using var runtime = RuntimeDirectory.CreateIn(_root, RunId);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(runtime.Path));
    }

    [Fact]
    public void A_folder_that_somebody_has_made_before_is_refused_even_if_it_is_as_ours_would_be()
    {
        PrivateFolder.MakeNew(Path);

        var error = Assert.Throws<IOException>(() => RuntimeDirectory.CreateIn(_root, RunId));

        Assert.Contains(
            $"'{Path}' is there already: a folder of user {Posix.EffectiveUserId()} with mode 700",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_in_its_place_is_refused_and_not_followed()
    {
        var target = Directory.CreateDirectory(System.IO.Path.Combine(_root, "target")).FullName;
        File.CreateSymbolicLink(Path, target);

        var error = Assert.Throws<IOException>(() => RuntimeDirectory.CreateIn(_root, RunId));

        Assert.Contains($"'{Path}' is there already: a symbolic link", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(target));
    }

    [Fact]
    public void A_root_that_everybody_writes_without_the_sticky_bit_is_refused()
    {
        Run("chmod", "777", _root);

        var error = Assert.Throws<IOException>(() => RuntimeDirectory.CreateIn(_root, RunId));

        Assert.Contains($"everybody may replace what is in '{_root}': its mode is 777", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_leaves_no_room_for_a_socket_is_refused_with_the_limit()
    {
        var root = Directory.CreateDirectory(System.IO.Path.Combine(_root, new string('x', 80))).FullName;

        var error = Assert.Throws<IOException>(() => RuntimeDirectory.CreateIn(root, RunId));

        Assert.Contains("is too long: a socket path has room for 107 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_of_our_kind_that_are_not_ours_alone_are_left_where_they_are()
    {
        var trap = Directory.CreateDirectory(System.IO.Path.Combine(_root, "snakepit-aaaaaaaaaaaa")).FullName;
        File.WriteAllText(System.IO.Path.Combine(trap, "lock"), "");
        Run("chmod", "777", trap);

        using var runtime = RuntimeDirectory.CreateIn(_root, RunId);

        Assert.True(Directory.Exists(trap));
    }

    [Theory]
    [InlineData("file", "a file of user")]
    [InlineData("link", "a symbolic link of user")]
    [InlineData("socket", "a socket of user")]
    public void A_socket_path_that_is_taken_is_refused(string kind, string what)
    {
        using var runtime = RuntimeDirectory.CreateIn(_root, RunId);
        var path = runtime.SocketFor(Worker, 0);
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (kind == "file")
            File.WriteAllText(path, "");
        else if (kind == "link")
            File.CreateSymbolicLink(path, "/nowhere");
        else
            other.Bind(new UnixDomainSocketEndPoint(path));

        var error = Assert.Throws<IOException>(() => runtime.SocketFor(Worker, 0));

        Assert.Contains($"its socket path '{path}' is taken: {what} {Posix.EffectiveUserId()}", error.Message, StringComparison.Ordinal);
        Assert.True(Directory.GetFiles(runtime.Path).Contains(path)); // left as it was
    }

    [Fact]
    public async Task A_worker_whose_socket_path_is_taken_is_not_started()
    {
        await using var test = new TestHost();
        var spec = test.Spec();
        var (_, facts) = (await test.StartAsync(), spec.Worker);
        var folder = Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), $"snakepit-{test.RunId}")
            .Concat(
                Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own && Directory.Exists(own)
                    ? Directory.EnumerateDirectories(own, $"snakepit-{test.RunId}")
                    : []).First();
        File.CreateSymbolicLink(System.IO.Path.Combine(folder, $"0.{facts.Slot.Slot}.1.sock"), "/nowhere");
        var before = HostProcess.Find("snakepit_bridge", test.RunId);

        var error = await Assert.ThrowsAsync<WorkerStartException>(
            () => test.Host.StartAsync(spec, CancellationToken.None).WithinAsync(Eventually.Limit));

        Assert.Contains("is taken: a symbolic link", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, HostProcess.Find("snakepit_bridge", test.RunId));
    }

    [Fact]
    public void A_folder_that_is_gone_is_made_again_private_and_locked()
    {
        using var runtime = RuntimeDirectory.CreateIn(_root, RunId);
        Directory.Delete(runtime.Path, recursive: true);

        var socket = runtime.SocketFor(Worker, 0);

        Assert.Equal(runtime.Path, System.IO.Path.GetDirectoryName(socket));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(runtime.Path));
        Assert.Throws<IOException>(
            () => File.Open(System.IO.Path.Combine(runtime.Path, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None));
    }

    [Fact]
    public void What_stands_in_the_place_of_a_folder_that_is_gone_is_refused_and_left()
    {
        using var runtime = RuntimeDirectory.CreateIn(_root, RunId);
        Directory.Delete(runtime.Path, recursive: true);
        var target = Directory.CreateDirectory(System.IO.Path.Combine(_root, "target")).FullName;
        File.CreateSymbolicLink(runtime.Path, target);

        var error = Assert.Throws<IOException>(() => runtime.SocketFor(Worker, 0));

        Assert.Contains("is a symbolic link", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(target));
        File.Delete(runtime.Path);
    }

    [Fact]
    public void A_folder_of_a_run_that_has_ended_is_not_made_again()
    {
        var runtime = RuntimeDirectory.CreateIn(_root, RunId);
        runtime.Dispose();

        Assert.Throws<IOException>(() => runtime.SocketFor(Worker, 0));

        Assert.False(Directory.Exists(runtime.Path));
    }

    [Fact]
    public void A_socket_that_cannot_be_taken_away_is_no_reason_to_lose_its_worker()
    {
        using var runtime = RuntimeDirectory.CreateIn(_root, RunId);
        var socket = runtime.SocketFor(Worker, 0);
        Directory.Delete(runtime.Path, recursive: true);

        Assert.Null(Record.Exception(() => runtime.Forget(socket)));
    }

    [Theory]
    [InlineData("name")]
    [InlineData("name/token")]
    [InlineData("name/token/workers")]
    public void A_folder_of_the_instance_that_others_can_write_is_refused(string below)
    {
        var data = System.IO.Path.Combine(_root, "data");
        InstanceLock.Take(data, new RunIdentity("name", "token", RunId)).Dispose();
        var folder = System.IO.Path.Combine(data, below);
        Assert.Equal("700", Convert.ToString((int)File.GetUnixFileMode(folder), 8));
        Run("chmod", "770", folder);

        var error = Assert.Throws<IOException>(() => InstanceLock.Take(data, new RunIdentity("name", "token", RunId)));

        Assert.Contains($"'{folder}' may be written by others", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_the_instance_that_is_a_link_is_refused()
    {
        var data = Directory.CreateDirectory(System.IO.Path.Combine(_root, "data")).FullName;
        File.CreateSymbolicLink(System.IO.Path.Combine(data, "name"), _root);

        var error = Assert.Throws<IOException>(() => InstanceLock.Take(data, new RunIdentity("name", "token", RunId)));

        Assert.Contains("is a symbolic link", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_somebody_else_is_refused()
    {
        // Only root can give a folder away; to everybody else the system's own folders belong to somebody else.
        var folder = "/usr";
        if (Posix.EffectiveUserId() == 0)
        {
            folder = Directory.CreateDirectory(System.IO.Path.Combine(_root, "given")).FullName;
            Run("chown", "65534", folder);
        }

        var error = Assert.Throws<IOException>(() => PrivateFolder.MakeOrTake(folder));

        Assert.Contains(
            $"'{folder}' belongs to user {(Posix.EffectiveUserId() == 0 ? 65534 : 0)}, this silo runs as user {Posix.EffectiveUserId()}",
            error.Message,
            StringComparison.Ordinal);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
