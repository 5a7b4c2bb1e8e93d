using Snakepit.Core.Configuration;
using Snakepit.Core.Options;

namespace Snakepit.Core.Tests.Configuration;

public sealed class SnakepitOptionsValidatorTests
{
    [Fact]
    public void One_pool_with_an_adapter_is_enough()
    {
        var options = Read();

        Assert.Equal(("gpu", "app.Adapter"), (options.Pools[0].Name, options.Pools[0].Adapter));
    }

    [Fact]
    public void Everything_a_guide_configures_is_read()
    {
        var options = Read(
            ("Pools:0:PoolSize", "4"),
            ("Pools:0:MaxQueueSize", "0"),
            ("Pools:0:PoolQueueTimeout", "infinite"),
            ("Pools:0:StartupBatchDelay", "0"),
            ("Pools:0:AdapterEnv:OMP_NUM_THREADS", "1"),
            ("PoolRequestTimeout", "5m"),
            ("Cluster:SiloPort", "0"));

        var pool = options.Pools[0];
        Assert.Equal(
            (4, (int?)0, Timeout.InfiniteTimeSpan, TimeSpan.Zero, "1"),
            (pool.PoolSize, pool.MaxQueueSize, pool.PoolQueueTimeout, pool.StartupBatchDelay, pool.AdapterEnv["OMP_NUM_THREADS"]));
        Assert.Equal((TimeSpan.FromMinutes(5), 0), (options.PoolRequestTimeout, options.Cluster.SiloPort));
    }

    [Theory]
    [InlineData("cpu", 1)]
    [InlineData("Mixed", 2)]
    [InlineData("io", 4)]
    public void The_size_of_a_pool_may_be_what_its_tools_do(string word, int perProcessor) => Assert.Equal(
        Math.Min(perProcessor * Environment.ProcessorCount, PoolOptions.LargestSize), Read(("Pools:0:PoolSize", word)).Pools[0].PoolSize);

    [Fact]
    public void A_pool_that_does_not_say_how_many_calls_may_wait_takes_the_silos_number()
    {
        var options = Read(("PoolMaxQueueSize", "7"));

        Assert.Equal((7, (int?)null), (options.PoolMaxQueueSize, options.Pools[0].MaxQueueSize));
    }

    [Theory]
    [InlineData("InstanceName", "my silo", "expected 1 to 64 letters, digits, '-' or '_'")]
    [InlineData("InstanceName", "", "expected 1 to 64 letters, digits, '-' or '_'")]
    [InlineData("InstanceName", "silo\n", "expected 1 to 64 letters, digits, '-' or '_'")]
    [InlineData("InstanceToken", "a/b", "expected 1 to 64 letters, digits, '-' or '_'")]
    [InlineData("PythonLogLevel", "loud", "expected one of debug, info, warning, error")]
    [InlineData("Cluster:PrimarySilo", "silo-1", "expected address:port, for example 127.0.0.1:11111")]
    [InlineData("Cluster:PrimarySilo", "127.0.0.1", "expected address:port, for example 127.0.0.1:11111")]
    [InlineData("Cluster:PrimarySilo", "11111", "expected address:port, for example 127.0.0.1:11111")]
    [InlineData("Cluster:SiloName", "silo 1", "expected 1 to 128 letters, digits, '-', '_' or '.'")]
    [InlineData("Cluster:SiloName", "silo\n", "expected 1 to 128 letters, digits, '-', '_' or '.'")]
    [InlineData("Cluster:SiloPort", "65536", "allowed is 0 to 65535")]
    [InlineData("Cluster:GatewayPort", "11111", "must differ from SiloPort")]
    [InlineData("GracefulShutdownTimeout", "4999", "allowed is 5s to 10m")]
    [InlineData("WorkerCallMargin", "61s", "allowed is 0ms to 1m")]
    [InlineData("Pools:0:PoolSize", "gpu", "expected a whole number, or one of cpu, io, mixed")]
    [InlineData("MaxRequestBytes", "1023", "allowed is 1024 to 2000000000")]
    [InlineData("Pools:0:Name", "GPU", "expected 1 to 64 lower-case letters, digits, '-', '_' or '.', starting with a letter or digit")]
    [InlineData("Pools:0:Name", "-gpu", "expected 1 to 64 lower-case letters, digits, '-', '_' or '.', starting with a letter or digit")]
    [InlineData("Pools:0:Name", "a@b", "expected 1 to 64 lower-case letters, digits, '-', '_' or '.', starting with a letter or digit")]
    [InlineData("Pools:0:Name", "gpu\n", "expected 1 to 64 lower-case letters, digits, '-', '_' or '.', starting with a letter or digit")]
    [InlineData("Pools:0:PoolSize", "0", "allowed is 1 to 1000")]
    [InlineData("Roles:0", "GPU", "expected 1 to 64 lower-case letters, digits, '-', '_' or '.', starting with a letter or digit")]
    [InlineData("Pools:0:Silos:Roles:0", "a b", "expected 1 to 64 lower-case letters, digits, '-', '_' or '.', starting with a letter or "
        + "digit")]
    [InlineData("Pools:0:MinSize", "0", "counts only for a pool that scales itself: set MaxSize, or remove this")]
    [InlineData("Pools:0:TargetLoad", "0.5", "counts only for a pool that scales itself: set MaxSize, or remove this")]
    [InlineData("Pools:0:BufferWorkers", "1", "counts only for a pool that scales itself: set MaxSize, or remove this")]
    [InlineData("Pools:0:ScaleDownAfter", "1m", "counts only for a pool that scales itself: set MaxSize, or remove this")]
    [InlineData("Pools:0:MaxSize", "1", "must be more than MinSize (1); a pool of one size has PoolSize alone")]
    [InlineData("Pools:0:MaxSize", "1001", "allowed is 1 to 1000")]
    [InlineData("Pools:0:TargetLoad", "1.1", "allowed is 0.05 to 1")]
    [InlineData("Pools:0:ScaleDownAfter", "999ms", "allowed is 1s to 1d")]
    [InlineData("Pools:0:MaxQueueSize", "-1", "allowed is 0 to 1000000")]
    [InlineData("Pools:0:PoolQueueTimeout", "0", "allowed is 1ms or more")]
    [InlineData("Pools:0:WorkerReadyTimeout", "infinite", "infinite is not allowed here")]
    [InlineData("InheritEnvironment:0", "MODE=fast", "expected a name without a value; values of your own belong in AdapterEnv")]
    [InlineData("Pools:0:InheritEnvironment:0", "PATH HOME", "expected one name in each entry of the list; * stands for any characters")]
    [InlineData("Pools:0:MemoryGrowthFactor", "0.5", "expected 0 (no limit) or more than 1: a worker has its fresh size at once, and would "
        + "be replaced for ever")]
    [InlineData("Pools:0:WorkerTtl", "50ms", "allowed is 100ms or more")]
    [InlineData("Pools:0:RecycleJitter", "1", "allowed is 0 to 0.9")]
    [InlineData("Heartbeat:MaxMissed", "0", "allowed is 1 to 1000")]
    [InlineData("CrashBarrier:Retry", "sometimes", "expected one of Idempotent, Always, Never")]
    [InlineData("Pools:0:pool_size", "4", "no such option; did you mean PoolSize?")]
    public void A_mistake_says_where_what_and_what_is_allowed(string path, string value, string problem)
    {
        Assert.Equal([new OptionMistake($"Snakepit:{path}", value, problem)], Mistakes((path, value)));
    }

    [Fact]
    public void The_longest_names_are_allowed()
    {
        var name = new string('x', 64);

        var options = Read(("InstanceName", name), ("Pools:0:Name", name));

        Assert.Equal((name, name), (options.InstanceName, options.Pools[0].Name));
    }

    [Fact]
    public void A_name_of_65_letters_is_too_long()
    {
        Assert.Equal("Snakepit:Pools:0:Name", Assert.Single(Mistakes(("Pools:0:Name", new string('x', 65)))).Path);
    }

    [Fact]
    public void A_silo_without_pools_is_a_mistake()
    {
        var mistake = Assert.Single(MistakesIn(new ConfigNode("Snakepit")));

        Assert.Equal("Snakepit:Pools", mistake.Path);
    }

    [Fact]
    public void Two_pools_of_one_name_are_a_mistake_at_the_second()
    {
        var mistakes = Mistakes(("Pools:1:Name", "gpu"), ("Pools:1:AdapterModule", "app.Other"));

        Assert.Equal([new OptionMistake("Snakepit:Pools:1:Name", "gpu", "another pool has this name already")], mistakes);
    }

    [Fact]
    public void Two_pools_without_a_name_are_two_mistakes()
    {
        var mistakes = Mistakes(("Pools:0:Name", ""), ("Pools:1:AdapterModule", "app.Other"));

        Assert.Equal(["Snakepit:Pools:0:Name", "Snakepit:Pools:1:Name"], mistakes.Select(mistake => mistake.Path));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void A_missing_adapter_is_a_mistake(string? module)
    {
        var mistake = Assert.Single(Mistakes(("Pools:0:AdapterModule", module)));

        Assert.Equal(("Snakepit:Pools:0:AdapterModule", null), (mistake.Path, mistake.Value));
    }

    [Fact]
    public void An_adapter_flag_without_an_adapter_is_a_mistake()
    {
        var mistake = Assert.Single(Mistakes(("Pools:0:AdapterModule", null), ("Pools:0:AdapterArgs:0", "--adapter")));

        Assert.Equal("Snakepit:Pools:0:AdapterModule", mistake.Path);
    }

    [Fact]
    public void An_adapter_named_twice_is_a_mistake()
    {
        var mistakes = Mistakes(("Pools:0:AdapterArgs:0", "--adapter"), ("Pools:0:AdapterArgs:1", "app.Other"));

        Assert.Equal(
            [new OptionMistake("Snakepit:Pools:0:AdapterArgs", "--adapter", "the adapter is named twice; AdapterModule names it already")],
            mistakes);
    }

    [Fact]
    public void Mistakes_of_reader_and_validator_come_together()
    {
        var paths = Mistakes(("Pools:0:PoolSize", "many"), ("Pools:0:Name", "GPU"), ("PoolRequestTimeout", "soon"), ("Unknown", "1"))
            .Select(mistake => mistake.Path);

        Assert.Equal(["Snakepit:PoolRequestTimeout", "Snakepit:Pools:0:PoolSize", "Snakepit:Unknown", "Snakepit:Pools:0:Name"], paths);
    }

    [Fact]
    public void The_message_lists_every_mistake()
    {
        var error = new InvalidOptionsException([new("A:B", "1", "too small"), new("C", null, "missing")]);

        Assert.Equal(
            string.Join(Environment.NewLine, "The configuration has 2 mistakes:", "  A:B = '1': too small", "  C: missing"),
            error.Message);
    }

    [Fact]
    public void Two_ports_of_zero_do_not_collide()
    {
        Assert.Equal(0, Read(("Cluster:SiloPort", "0"), ("Cluster:GatewayPort", "0")).Cluster.GatewayPort);
    }

    private static SnakepitOptions Read(params (string Key, string? Value)[] values) => SnakepitOptionsValidator.Read(Tree(values));

    private static IReadOnlyList<OptionMistake> Mistakes(params (string Key, string? Value)[] values) => MistakesIn(Tree(values));

    private static IReadOnlyList<OptionMistake> MistakesIn(ConfigNode tree) =>
        Assert.Throws<InvalidOptionsException>(() => SnakepitOptionsValidator.Read(tree)).Mistakes;

    /// <summary>A good pool, changed by the values given.</summary>
    private static ConfigNode Tree((string Key, string? Value)[] values)
    {
        var good = new Dictionary<string, string?> { ["Pools:0:Name"] = "gpu", ["Pools:0:AdapterModule"] = "app.Adapter" };
        foreach (var (key, value) in values)
            good[key] = value;
        return ConfigNode.FromFlat("Snakepit", good);
    }
}
