using System.Diagnostics;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Cli;

public sealed class ConfigTests : IDisposable
{
    private readonly string _config = Path.GetTempFileName();

    public ConfigTests() => File.WriteAllText(_config, """
        { "Snakepit": { "TimeoutProfile": "production_strict", "Pools": [
          { "Name": "fast", "AdapterModule": "a.B", "PoolQueueTimeout": "2s" },
          { "Name": "slow", "AdapterModule": "a.B", "TimeoutProfile": "batch" } ] } }
        """);

    public void Dispose() => File.Delete(_config);

    [Fact]
    public async Task Explain_prints_each_value_and_where_it_came_from()
    {
        var (code, output, _) = await RunAsync("config", "explain", "--config", _config, "--pool", "fast", "--timeout", "60s");

        Assert.Equal(0, code);
        Assert.Matches(@"PoolQueueTimeout\s+2s\s+Snakepit:Pools:fast:PoolQueueTimeout", output);
        Assert.Matches(@"PoolRequestTimeout\s+1m\s+profile ProductionStrict \(Snakepit:TimeoutProfile\)", output);
        Assert.Matches(@"Python\s+58800ms", output);
        Assert.DoesNotContain("Pool slow", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_as_json_has_each_value_and_where_it_came_from()
    {
        var (_, output, _) = await RunAsync("config", "explain", "--config", _config, "--pool", "fast", "--timeout", "60s", "--json");

        var pool = JsonNode.Parse(output)!["pools"]!.AsArray().Single()!;
        Assert.Equal("fast", pool["name"]!.GetValue<string>());
        Assert.Contains(pool["timeouts"]!.AsArray(), each => each!["name"]!.GetValue<string>() == "PoolQueueTimeout"
            && each["value"]!.GetValue<string>() == "2s" && each["from"]!.GetValue<string>() == "Snakepit:Pools:fast:PoolQueueTimeout");
        Assert.Equal(["client", "shard", "Python", "queue"], pool["call"]!["layers"]!.AsArray().Select(each => $"{each!["layer"]}"));
    }

    /// <summary>A script that reads the command's output must not read help.</summary>
    [Fact]
    public async Task What_is_mistyped_is_told_on_standard_error_alone()
    {
        Assert.Equal(
            (1, "", "snakepit: 'snakepit' has no command 'statu'. Did you mean 'status'?\nSee 'snakepit --help'.\n"),
            await RunAsync("statu"));
        Assert.Equal(
            (2, "", "snakepit: 'snakepit serve' has no option --json.\nSee 'snakepit serve --help'.\n"), await RunAsync("serve", "--json"));
    }

    [Fact]
    public async Task A_new_key_as_json_has_its_entry()
    {
        var (_, output, _) = await RunAsync("key", "new", "--name", "shop", "--json");

        var made = JsonNode.Parse(output)!;
        Assert.Equal(("shop", true), (made["name"]!.GetValue<string>(), made["key"]!.GetValue<string>().Length > 20));
        Assert.StartsWith("sha256:", made["entry"]!["Hash"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_shows_what_has_no_limit()
    {
        var (_, output, _) = await RunAsync("config", "explain", "--config", _config, "--pool", "slow");

        Assert.Matches(@"PoolStreamingTimeout\s+infinite\s+profile Batch \(Snakepit:Pools:slow:TimeoutProfile\)", output);
    }

    [Fact]
    public async Task Explain_divides_a_streams_budget_too()
    {
        var (_, output, _) = await RunAsync(
            "config", "explain", "--config", _config, "--pool", "fast",
            "--Snakepit:Pools:0:CheckoutTimeout=3s", "--Snakepit:Pools:0:GrpcWorkerStreamTimeout=20s");

        var stream = output[output.IndexOf("A stream with a budget of 5m", StringComparison.Ordinal)..];
        Assert.Matches(@"Python\s+298800ms", stream);
        Assert.Matches(@"queue\s+3s\s+CheckoutTimeout", stream);
        Assert.Matches(@"on a worker\s+20s\s+GrpcWorkerStreamTimeout", stream);
        Assert.Matches(@"reader away\s+1m\s+StreamReaderTimeout", stream);
    }

    [Fact]
    public async Task An_unknown_profile_lists_the_six()
    {
        var (code, _, errors) = await RunAsync("config", "explain", "--config", _config, "--Snakepit:TimeoutProfile=fast");

        Assert.Equal(2, code);
        Assert.Contains(
            "TimeoutProfile = 'fast': expected one of Balanced, Production, ProductionStrict, Development, MlInference, Batch",
            errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reference_in_the_documentation_is_the_one_that_the_options_write()
    {
        var (_, output, _) = await RunAsync("config", "reference");

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Places.Root, "docs", "configuration.md")), output);
    }

    [Fact]
    public async Task The_schema_in_the_documentation_is_the_one_that_the_options_write()
    {
        var (_, output, _) = await RunAsync("config", "schema");

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Places.Root, "docs", "snakepit.schema.json")), output);
    }

    [Fact]
    public async Task Explain_shows_the_size_that_a_word_means_here()
    {
        var (_, output, _) = await RunAsync(
            "config", "explain", "--config", _config, "--pool", "fast", "--Snakepit:Pools:0:PoolSize=io");

        var processors = JsonNode.Parse((await RunAsync("hardware", "--json")).Output)!["processors"]!.GetValue<int>();
        Assert.StartsWith(
            $"Pool fast: {4 * processors} workers on each silo like this one (PoolSize = io: 4 for each of {processors} processors; the "
            + "guide says 4 to 8)\n",
            output);
    }

    [Fact]
    public async Task The_hardware_of_a_host_is_shown_with_and_without_cuda()
    {
        var (code, output, _) = await RunAsync("hardware");

        Assert.Equal(0, code);
        Assert.Matches(@"^Processors:\s+[0-9]+.*\nMemory:\s+[0-9]+ MB, [0-9]+ MB available\n", output);
        Assert.Matches(@"\nCUDA:\s+(no device: nvidia-smi|[0-9]+ devices by )", output);
        Assert.Matches("\"cpu\"\\s+[0-9]+\\s+[0-9]+", output);
    }

    [Fact]
    public async Task The_schema_has_each_option_with_its_kind_and_range()
    {
        var (_, output, _) = await RunAsync("config", "schema");

        var section = JsonNode.Parse(output)!["properties"]!["Snakepit"]!;
        var pool = section["properties"]!["Pools"]!["items"]!["properties"]!;
        Assert.False(section["additionalProperties"]!.GetValue<bool>());
        Assert.Equal((1, 1000), (pool["PoolSize"]!["minimum"]!.GetValue<int>(), pool["PoolSize"]!["maximum"]!.GetValue<int>()));
        Assert.Matches(pool["PoolSize"]!["pattern"]!.GetValue<string>(), "mixed");
        Assert.Contains("MlInference", pool["TimeoutProfile"]!["enum"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Matches(pool["WorkerTtl"]!["pattern"]!.GetValue<string>(), "1.5h");
        Assert.DoesNotMatch(pool["WorkerTtl"]!["pattern"]!.GetValue<string>(), "an hour");
    }

    [Fact]
    public async Task Validate_tells_every_mistake_and_starts_nothing()
    {
        var (code, output, errors) = await RunAsync(
            "config", "validate", "--config", _config, "--Snakepit:Pools:0:PoolSise=3", "--Snakepit:Pools:1:PoolSize=0");

        Assert.Equal((2, ""), (code, output));
        Assert.Contains("The configuration has 2 mistakes", errors, StringComparison.Ordinal);
        Assert.Contains("PoolSise = '3': no such option; did you mean PoolSize?", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_of_a_sound_configuration_tells_its_doubts()
    {
        var (code, output, _) = await RunAsync("config", "validate", "--json", "--config", _config, "--Snakepit:PoolRequestTimeout=60");

        var found = JsonNode.Parse(output)!;
        Assert.Equal(0, code);
        Assert.Empty(found["mistakes"]!.AsArray());
        Assert.Contains("Write 60s if seconds are meant", found["doubts"]![0]!.GetValue<string>(), StringComparison.Ordinal);
    }

    /// <summary>As the shell does it: through the script that the program prints.</summary>
    [Theory]
    [InlineData("bash", "snakepit conf", "config")]
    [InlineData("bash", "snakepit config sch", "schema")]
    [InlineData("bash", "snakepit serve --con", "--config")]
    [InlineData("zsh", "snakepit config sch", "schema")]
    [InlineData("zsh", "snakepit serve --con", "--config")]
    [InlineData("zsh", "snakepit serve --config snak", "a file")]
    public async Task A_shell_completes_commands_and_options(string shell, string line, string word)
    {
        var last = line.Split(' ')[^1];
        var script = shell == "bash"
            ? $"""
            snakepit() ( "{Places.Snakepit}" "$@" )
            source <(snakepit completion bash)
            COMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({line}) COMP_CWORD={line.Count(letter => letter == ' ')}
            _snakepit
            printf '%s\n' "$COMPREPLY"
            """
            : $$"""
            snakepit() ( "{{Places.Snakepit}}" "$@" )
            compdef() :
            compadd() { local fits=(${(M)found:#$PREFIX*}); print -l -- $fits; (( $#fits )) }
            _files() print "a file"
            source <(snakepit completion zsh)
            words=({{line}}) CURRENT=${#words} PREFIX={{last}}
            _snakepit
            """;
        // Without the files by which a person has made the shell her own.
        var own = shell == "bash" ? "--norc" : "-f";
        using var process = Process.Start(
            new ProcessStartInfo(shell, [own, "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WithinAsync(Eventually.Limit);

        Assert.Equal(($"{word}\n", ""), ((await output).TrimStart('\n'), await errors));
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Places.Snakepit, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WithinAsync(Eventually.Limit);
        return (process.ExitCode, await output, await errors);
    }
}
