using System.Globalization;
using System.Runtime.Versioning;
using Snakepit.TestKit;

namespace Snakepit.Workers.Tests.Host;

/// <summary>How the process of a worker comes to be, as the kernel shows it.</summary>
[SupportedOSPlatform("linux")]
public sealed class WorkerLaunchTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("snakepit-launch-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_wrapper_runs_before_the_worker_does()
    {
        await using var host = new TestHost();
        var wrapper = Script("ulimit -n 512\nexec nice -n 5 /usr/bin/python3 \"$@\"");
        var spec = host.Spec() with { PythonExecutable = wrapper };

        var worker = await host.Host.StartAsync(spec, CancellationToken.None).WithinAsync(Eventually.Limit);

        var limits = await File.ReadAllLinesAsync($"/proc/{worker.Facts.Pid}/limits");
        Assert.Matches(@"^Max open files\s+512\s+512", limits.Single(line => line.StartsWith("Max open files", StringComparison.Ordinal)));
        Assert.Equal($"{worker.Facts.Pid}", await host.ResultAsync(worker, "pid"));
    }

    [Fact]
    public async Task A_virtual_environment_of_a_wrapper_is_used()
    {
        await using var host = new TestHost();
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "venv", "bin"));
        var python = Path.Combine(_folder.FullName, "venv", "bin", "python");
        File.CreateSymbolicLink(python, "/usr/bin/python3");
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "venv", "pyvenv.cfg"), "home = /usr/bin\ninclude-system-site-packages = true\n");

        var worker = await host.Host.StartAsync(
            host.Spec() with { PythonExecutable = Script($"exec {python} \"$@\"") }, CancellationToken.None).WithinAsync(Eventually.Limit);

        Assert.Contains(python, await File.ReadAllTextAsync($"/proc/{worker.Facts.Pid}/cmdline"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_is_a_likelier_victim_of_the_kernel_than_its_silo_and_so_is_what_it_starts()
    {
        await using var host = new TestHost(oomScoreAdj: 300);
        var own = await ScoreAsync("self");

        var worker = await host.StartAsync();
        var child = await host.ResultAsync(worker, "start_child");

        Assert.Equal(Math.Min(1000, own + 300), await ScoreAsync($"{worker.Facts.Pid}"));
        Assert.Equal(Math.Min(1000, own + 300), await ScoreAsync(child));
    }

    private static async Task<int> ScoreAsync(string pid) =>
        int.Parse(await File.ReadAllTextAsync($"/proc/{pid}/oom_score_adj"), CultureInfo.InvariantCulture);

    private string Script(string body) => ShellScript.Write(Path.Combine(_folder.FullName, "wrapper"), body);
}
