using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Snakepit.Core.Options;
using Snakepit.Hosting.Options;

namespace Snakepit.Hosting.Tests.Options;

public sealed class SiloOptionsTests
{
    [Fact]
    public async Task All_mistakes_of_configuration_and_code_are_reported_together_at_the_start()
    {
        using var host = Build(
            ["Snakepit:MaxSessions=0", "Snakepit:PoolSiz=3"],
            silo => silo.AddPool("ml", pool => pool.PoolSize = 5000));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(
            [
                "Snakepit:MaxSessions = '0': allowed is 1 or more",
                "Snakepit:PoolSiz = '3': no such option; did you mean Pools?",
                "Snakepit:Pools:0:PoolSize = '5000': allowed is 1 to 1000",
                "Snakepit:Pools:0:AdapterModule: no adapter: set AdapterModule, or AdapterArgs to [\"--adapter\", \"pkg.module.Class\"]",
            ],
            error.Failures);
    }

    [Fact]
    public void A_pool_in_code_stands_beside_those_of_the_configuration()
    {
        var options = Read(
            ["Snakepit:Pools:0:Name=text", "Snakepit:Pools:0:AdapterModule=a.A"],
            silo => silo.AddPool("ml", pool => pool.AdapterModule = "b.B"));

        Assert.Equal(["text", "ml"], options.Pools.Select(pool => pool.Name));
    }

    [Fact]
    public void Code_has_the_last_word_about_a_pool_of_the_configuration()
    {
        var options = Read(
            ["Snakepit:Pools:0:Name=ml", "Snakepit:Pools:0:AdapterModule=a.A", "Snakepit:Pools:0:PoolSize=2"],
            silo => silo.AddPool("ml", pool => pool.PoolSize = 7));

        var pool = Assert.Single(options.Pools);
        Assert.Equal(("a.A", 7), (pool.AdapterModule, pool.PoolSize));
    }

    [Fact]
    public void Everything_else_is_set_in_code_as_standard_options_are()
    {
        var options = Read([], silo =>
        {
            silo.AddPool("ml", pool => pool.AdapterModule = "a.A");
            silo.Configure<SnakepitOptions>(own => own.DrainTimeout = TimeSpan.FromSeconds(9));
        });

        Assert.Equal(TimeSpan.FromSeconds(9), options.DrainTimeout);
    }

    [Fact]
    public void A_section_of_a_client_in_the_same_file_is_no_mistake()
    {
        var options = Read(
            ["Snakepit:Client:DefaultPool=ml", "Snakepit:Clients:gpu:DefaultPool=ml"],
            silo => silo.AddPool("ml", pool => pool.AdapterModule = "a.A"));

        Assert.Single(options.Pools);
    }

    [Fact]
    public void Relative_paths_start_at_the_content_root()
    {
        var options = Read([], silo => silo.AddPool("ml", pool =>
        {
            pool.AdapterModule = "a.A";
            pool.PythonPath = ["adapters"];
        }));

        Assert.Equal([Path.Combine(AppContext.BaseDirectory, "adapters")], options.Pools[0].PythonPath);
    }

    /// <summary>Sources as in a host: a file, the environment, the command line. The words name what sets which.</summary>
    [Theory]
    [InlineData("file", "", "", "short")]
    [InlineData("", "", "", "short")]
    [InlineData("file", "long", "", "long")]
    [InlineData("file", "", "line", "line")]
    public void A_short_name_of_the_environment_stands_above_files_and_below_the_rest(string file, string @long, string line, string wins)
    {
        const string Key = "Snakepit:InstanceToken";
        var outer = new ConfigurationBuilder().AddConfiguration(
            Sources((Key, file)).AddConfiguration(Sources(("SNAKEPIT_INSTANCE_TOKEN", "short"), (Key, @long)).Build())
            .AddConfiguration(Sources((Key, line)).Build()).Build());

        var options = new SnakepitOptions();
        new SectionSource(outer.Build()).Configure(options);

        Assert.Equal(wins, options.InstanceToken);

        static IConfigurationBuilder Sources(params (string Key, string Value)[] values) => new ConfigurationBuilder()
            .AddInMemoryCollection(
                values.Where(pair => pair.Value.Length > 0).Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
    }

    private static SnakepitOptions Read(string[] configuration, Action<ISiloBuilder> configure)
    {
        using var host = Build(configuration, configure);
        return host.Services.GetRequiredService<IOptions<SnakepitOptions>>().Value;
    }

    private static IHost Build(string[] configuration, Action<ISiloBuilder> configure)
    {
        var settings = new HostApplicationBuilderSettings { DisableDefaults = true, ContentRootPath = AppContext.BaseDirectory };
        var builder = Host.CreateEmptyApplicationBuilder(settings);
        builder.Configuration.AddInMemoryCollection(
            configuration.Select(pair => pair.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])));
        builder.AddSnakepitSilo(configure);
        return builder.Build();
    }
}
