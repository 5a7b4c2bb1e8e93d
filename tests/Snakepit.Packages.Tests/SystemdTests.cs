using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Snakepit.TestKit;

namespace Snakepit.Packages.Tests;

/// <summary>The unit, and what the silo tells systemd.</summary>
public sealed class SystemdTests : IDisposable
{
    private static readonly string Unit = Path.Combine(Places.Root, "deploy", "systemd", "snakepit.service");

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-unit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Systemd_finds_no_fault_in_the_unit()
    {
        var unit = Path.Combine(_folder, "snakepit.service");
        // It looks for the program, so it gets one that this machine has.
        var text = await File.ReadAllTextAsync(Unit);
        await File.WriteAllTextAsync(unit, text.Replace("/opt/snakepit/bin/snakepit", "/bin/true", StringComparison.Ordinal));

        var said = await Shell.RunAsync(_folder, "bash", "-c", "systemd-analyze verify --man=no \"$0\" 2>&1", unit);

        Assert.DoesNotContain("snakepit.service", said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_unit_gives_a_silo_the_time_that_it_takes_to_stop()
    {
        var stop = int.Parse(Regex.Match(File.ReadAllText(Unit), @"TimeoutStopSec=(\d+)").Groups[1].Value);

        Assert.True(stop > StopTime.Default.TotalSeconds, $"TimeoutStopSec is {stop} s; a stop may take {StopTime.Default}.");
    }

    [Fact]
    public async Task A_silo_says_that_it_has_started_that_it_lives_and_that_it_stops()
    {
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var address = Path.Combine(_folder, "notify");
        systemd.Bind(new UnixDomainSocketEndPoint(address));
        await using var silo = SiloUnderTest.Start(
            [SiloUnderTest.Pool(size: 1)],
            environment: new Dictionary<string, string?> { ["NOTIFY_SOCKET"] = address, ["WATCHDOG_USEC"] = "2000000" });
        await silo.UntilReadyAsync();

        await HearAsync(systemd, "READY=1");
        await HearAsync(systemd, "WATCHDOG=1");
        await HearAsync(systemd, "WATCHDOG=1");
        HostProcess.Signal(silo.Pid, "TERM");
        await HearAsync(systemd, "STOPPING=1");

        Assert.Equal(0, await silo.ExitAsync());
    }

    /// <summary>Reads messages until this one comes.</summary>
    private static async Task HearAsync(Socket systemd, string wanted)
    {
        var buffer = new byte[256];
        var heard = "";
        while (heard != wanted)
        {
            var length = await systemd.ReceiveAsync(buffer).WithinAsync(Eventually.Limit, $"'{wanted}', after '{heard}',");
            heard = Encoding.UTF8.GetString(buffer, 0, length).Trim();
        }
    }
}
