using System.Diagnostics;
using System.Runtime.Versioning;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Cli;

[SupportedOSPlatform("linux")]
public sealed class SetupInterruptTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-setup-").FullName;

    public async ValueTask DisposeAsync() => await Places.DeleteAsync(_folder);

    [Fact]
    public async Task Setup_that_is_told_to_end_ends_what_it_has_started()
    {
        var begun = Path.Combine(_folder, "begun");
        var real = Environment.GetEnvironmentVariable("SNAKEPIT_PYTHON") ?? "/usr/bin/python3";
        var python = ShellScript.Write(
            Path.Combine(_folder, "slow-python"),
            $"[ \"$1\" = -c ] && exec {real} \"$@\"\necho $$ > {begun}.new; mv {begun}.new {begun}; exec sleep 600");
        await File.WriteAllTextAsync(Path.Combine(_folder, "requirements.txt"), "");
        using var setup = Process.Start(new ProcessStartInfo(Places.Snakepit, ["setup", _folder, "--python", python])
        {
            RedirectStandardError = true,
            Environment = { ["PATH"] = "/usr/bin:/bin" }, // without uv
        })!;
        var errors = setup.StandardError.ReadToEndAsync();
        await Eventually.HoldsAsync(() => File.Exists(begun) || setup.HasExited);
        Assert.False(setup.HasExited, setup.HasExited ? await errors : "");
        var started = int.Parse(await File.ReadAllTextAsync(begun), System.Globalization.CultureInfo.InvariantCulture);

        HostProcess.Signal(setup.Id, "TERM");

        await setup.WaitForExitAsync().WithinAsync(Eventually.Limit);
        Assert.Equal(1, setup.ExitCode);
        Assert.False(HostProcess.IsAlive(started));
        Assert.EndsWith("snakepit: setup was interrupted; say it again to go on.\n", await errors, StringComparison.Ordinal);
    }
}
