using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Startup;

[SupportedOSPlatform("linux")]
public sealed class StartupMistakeTests
{
    [Fact]
    public async Task All_mistakes_of_the_configuration_are_reported_together()
    {
        await using var silo = SiloUnderTest.Start(
            [new { Name = "Bad Name", PoolSize = 0, Capacity = 3 }], ["PoolRequestTimeout=soon", "InstanceName=a/b"]);

        var code = await silo.ExitAsync();

        Assert.Equal(2, code);
        string[] sentences =
        [
            "Pools:0:Name = 'Bad Name'", "Pools:0:PoolSize = '0': allowed is 1 to 1000", "Pools:0:Capacity", "Pools:0:AdapterModule",
            "PoolRequestTimeout = 'soon'", "InstanceName = 'a/b'",
        ];
        foreach (var said in sentences)
            Assert.Contains(said, silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SiloPort")]
    [InlineData("GatewayPort")]
    public async Task A_taken_cluster_port_is_one_clear_error(string option)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool()], [$"Cluster:{option}={port}"]);

        var code = await silo.ExitAsync();

        Assert.Equal(2, code);
        Assert.Contains($"Port {port} cannot be used", silo.Output, StringComparison.Ordinal);
        Assert.Contains($"Snakepit:Cluster:{option}", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_http_port_is_one_clear_error()
    {
        await using var first = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);

        var (code, output) = await RunAsync(
        [
            "serve", "--config", Path.Combine(first.Folder, "snakepit.json"), "--urls", first.Url.ToString().TrimEnd('/'),
            "--Snakepit:InstanceToken=second", "--Snakepit:Cluster:SiloPort=0", "--Snakepit:Cluster:GatewayPort=0",
        ]);

        Assert.Equal(2, code);
        Assert.Contains($"Port {first.Url.Port} cannot be used", output, StringComparison.Ordinal);
        Assert.Contains("--urls", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.l:8400", "'127.0.0.l' is no IP address")]
    [InlineData("http://192.0.2.1:8400", "Address 192.0.2.1 is not one of this machine's")] // RFC 5737: nobody's
    public async Task An_address_that_cannot_be_listened_on_is_one_clear_error(string urls, string said)
    {
        var (code, output) = await RunAsync(
        [
            "serve", "--urls", urls,
            "--Snakepit:Pools:0:Name=p", "--Snakepit:Pools:0:AdapterModule=a.B", "--Snakepit:InstanceToken=address",
        ]);

        Assert.Equal(2, code);
        Assert.Contains(said, output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("stray", "'stray' on the command line belongs to nothing")]
    [InlineData("--Snakepit:Pools:0:PoolSize", "The option --Snakepit:Pools:0:PoolSize has no value")]
    [InlineData(
        "--Logging:LogLevel:Default=Verbose",
        "Logging:LogLevel:Default = 'Verbose': there is no such level; known are Trace, Debug")]
    [InlineData("--Logging:Console:FormatterName=xml", "Logging:Console:FormatterName = 'xml': expected simple or json.")]
    [InlineData(
        "--SnakePitt:Pools:0:PoolSize=2",
        "The command line has a section 'SnakePitt', which means nothing. Did you mean 'Snakepit'?")]
    public async Task A_mistake_on_the_command_line_is_one_clear_error(string word, string said)
    {
        var (code, output) = await RunAsync(["serve", "--Snakepit:Pools:0:AdapterModule=a.B", word]);

        Assert.Equal(2, code);
        Assert.Contains(said, output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_mistyped_section_is_named_with_its_file()
    {
        var folder = Directory.CreateTempSubdirectory("snakepit-section-");
        var file = Path.Combine(folder.FullName, "snakepit.json");
        await File.WriteAllTextAsync(file, """{ "SnakePitt": { "Pools": [ { "Name": "default", "AdapterModule": "a.B" } ] } }""");

        var (code, output) = await RunAsync(["serve", "--config", file]);
        folder.Delete(recursive: true);

        Assert.Equal(2, code);
        Assert.Contains(
            $"The file '{file}' has a section 'SnakePitt', which means nothing. Did you mean 'Snakepit'?",
            output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_duration_that_is_probably_too_short_is_mentioned_in_the_log()
    {
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)], ["PoolRequestTimeout=60"]);

        await silo.SeesAsync("Snakepit:PoolRequestTimeout = '60' is 60ms, since a number without a unit is milliseconds. Write 60s if");
    }

    [Fact]
    public async Task A_stop_before_the_silo_has_started_is_no_failure()
    {
        // It waits for the silo that keeps the membership, which is not there.
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)], [$"Cluster:PrimarySilo=127.0.0.1:{FreePorts.Take()}"]);
        await Eventually.HoldsAsync(() => Listens(silo.SiloPort), what: "the silo has opened its port");

        var code = await silo.StopAsync();

        Assert.True(code is 0 or 143, $"It ended with code {code}: {silo.Output}");
        // Warnings of connections that were broken off may be there; nothing has failed.
        Assert.DoesNotMatch("(fail|crit): |Unhandled exception", silo.Output);
    }

    [Fact]
    public async Task Who_is_let_in_at_the_http_port_is_answered()
    {
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)]);
        using var knocking = await Task.Run(() => KnockUntilLetIn(silo));

        await using var stream = knocking.GetStream();
        await stream.WriteAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray());
        var answer = await new StreamReader(stream).ReadToEndAsync().WithinAsync(Eventually.Limit);

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data")]
    [InlineData("elsewhere")]
    public async Task Two_silos_of_one_identity_are_refused_and_the_first_one_lives(string dataDir)
    {
        await using var first = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);

        var (code, output) = await RunAsync(
        [
            "serve", "--config", Path.Combine(first.Folder, "snakepit.json"),
            $"--Snakepit:DataDir={Path.Combine(first.Folder, dataDir)}",
            "--Snakepit:Cluster:SiloPort=0", "--Snakepit:Cluster:GatewayPort=0", "--urls", "http://127.0.0.1:0",
        ]);

        Assert.Equal(2, code);
        Assert.Contains($"process {first.Pid}", output, StringComparison.Ordinal);
        Assert.Contains("InstanceToken", output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await first.CallAsync("pid")).Status);
    }

    [Fact]
    public async Task A_python_that_is_missing_is_named_in_the_pools_reason()
    {
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)], ["PythonExecutable=/nowhere/python"]);

        var answer = await FailedAsync(silo);

        Assert.Contains("'/nowhere/python' cannot be executed", answer.Detail, StringComparison.Ordinal);
        Assert.Contains("SNAKEPIT_PYTHON", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_python_that_is_too_old_is_refused_with_its_version()
    {
        var folder = Directory.CreateTempSubdirectory("snakepit-old-python-");
        var old = ShellScript.Write(Path.Combine(folder.FullName, "python3"), """
            echo '{"path": "/opt/old/python3", "version": [3, 8, 10], "missing": []}'
            """);
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)], [$"PythonExecutable={old}"]);

        var answer = await FailedAsync(silo);
        folder.Delete(recursive: true);

        Assert.Contains("Python 3.8.10 at '/opt/old/python3' is too old: 3.10 or newer is needed", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_file_that_is_missing_is_one_clear_error()
    {
        var (code, output) = await RunAsync(["serve", "--config", "/nowhere/snakepit.json"]);

        Assert.Equal(2, code);
        Assert.Contains("There is no configuration file '/nowhere/snakepit.json'", output, StringComparison.Ordinal);
    }

    private static bool Listens(int port) =>
        System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(end => end.Port == port);

    private static TcpClient KnockUntilLetIn(SiloUnderTest silo)
    {
        while (true)
        {
            var client = new TcpClient();
            try
            {
                client.Connect(IPAddress.Loopback, silo.Url.Port);
                return client;
            }
            catch (SocketException) when (!silo.HasExited)
            {
                client.Dispose();
            }
        }
    }

    private static Task<Answer> FailedAsync(SiloUnderTest silo) => silo.SeeAsync(
        async () => await silo.TryGetAsync("health/live") is null
            ? new Answer(HttpStatusCode.NotFound, "{}", new Dictionary<string, string>())
            : await silo.CallAsync("add"),
        answer => answer.Code == "pool_failed",
        "the pool has failed");

    private static async Task<(int Code, string Output)> RunAsync(string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Places.Snakepit, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WithinAsync(Eventually.Limit);
        return (process.ExitCode, await output + await errors);
    }
}
