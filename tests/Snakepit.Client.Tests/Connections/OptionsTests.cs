using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Snakepit.Client.Connections;

namespace Snakepit.Client.Tests.Connections;

/// <summary>What a person writes, in the configuration and in code, and what is said about mistakes.</summary>
public sealed class OptionsTests
{
    private const string Secret = "hidden-1";

    [Fact]
    public void Without_any_configuration_the_gateway_is_on_this_host()
    {
        var target = Target();

        Assert.Equal([new GatewayName("127.0.0.1", 30000)], target.Names);
        Assert.Equal(("snakepit", "snakepit"), (target.ClusterId, target.ServiceId));
    }

    [Fact]
    public void The_section_names_gateways_as_a_list() => Assert.Equal(
        [new GatewayName("silo-1", 1), new GatewayName("silo-2", 2)],
        Target(("Snakepit:Client:Gateways:0", "silo-1:1"), ("Snakepit:Client:Gateways:1", "silo-2:2")).Names);

    [Fact]
    public void The_section_names_gateways_as_one_text() => Assert.Equal(
        [new GatewayName("silo-1", 1), new GatewayName("silo-2", 2)], Target(("Snakepit:Client:Gateways", "silo-1:1, silo-2:2")).Names);

    [Fact]
    public void A_connection_string_wins_over_the_section()
    {
        var target = Target(
            ("Snakepit:Client:Gateways", "other:1"),
            ("Snakepit:Client:ClusterId", "other"),
            ("ConnectionStrings:snakepit", "Gateways=silo-1:30000,silo-2:30000;ClusterId=prod;ServiceId=shop"));

        Assert.Equal([new GatewayName("silo-1", 30000), new GatewayName("silo-2", 30000)], target.Names);
        Assert.Equal(("prod", "shop"), (target.ClusterId, target.ServiceId));
        Assert.Equal("silo-1:30000, silo-2:30000 (ConnectionStrings:snakepit)", target.Place);
    }

    [Fact]
    public void A_connection_string_with_a_host_is_a_database()
    {
        var target = Target(
            ("ConnectionStrings:python", $"Host=db;Port=5433;Database=shop;Username=web;Password={Secret};ClusterId=prod"),
            ("Snakepit:Client:ConnectionName", "python"));

        Assert.Equal(("db", Secret), (target.Database?.Host, target.Database?.Password));
        Assert.Equal(("prod", "snakepit"), (target.ClusterId, target.ServiceId));
        Assert.Equal("database 'shop' at db:5433 (ConnectionStrings:python)", target.Place);
    }

    [Fact]
    public void Everything_can_be_set_in_code()
    {
        var options = Read([], configure: client =>
        {
            client.Gateways = ["silo-1:1"];
            client.ClusterId = "prod";
            client.ConnectTimeout = TimeSpan.FromSeconds(3);
        });

        Assert.Equal("silo-1:1 (Snakepit:Client:Gateways)", ClientTarget.TryRead(options, [])!.Place);
        Assert.Equal(("prod", 3), (options.ClusterId, options.ConnectTimeout.TotalSeconds));
    }

    [Fact]
    public void An_empty_connection_name_looks_for_none() => Assert.Equal(
        [new GatewayName("silo-1", 1)],
        Target(
            ("Snakepit:Client:ConnectionName", ""),
            ("Snakepit:Client:Gateways", "silo-1:1"),
            ("ConnectionStrings:snakepit", "Gateways=other:1")).Names);

    [Fact]
    public void A_keyed_client_has_a_section_and_a_connection_string_of_its_own()
    {
        var options = Read(
            [
                ("Snakepit:Client:DefaultPool", "other"),
                ("Snakepit:Clients:gpu:DefaultPool", "large"),
                ("Snakepit:Clients:gpu:DefaultTimeout", "20s"),
                ("ConnectionStrings:snakepit", "Gateways=other:1"),
                ("ConnectionStrings:gpu", "Gateways=silo-1:1"),
            ],
            "gpu");

        Assert.Equal(("large", TimeSpan.FromSeconds(20)), (options.DefaultPool, options.DefaultTimeout));
        Assert.Equal("silo-1:1 (ConnectionStrings:gpu)", ClientTarget.TryRead(options, [])!.Place);
    }

    [Fact]
    public void All_mistakes_are_reported_together_with_path_value_and_expected_form()
    {
        var said = Mistakes(
            ("Snakepit:Client:Gateways:0", "silo-1:70000"),
            ("Snakepit:Client:Gatways", "silo-1"),
            ("Snakepit:Client:DefaultTimeout", "soon"),
            ("Snakepit:Client:MaxAttempts", "0"),
            ("Snakepit:Client:ConnectTimeout", "0s"),
            ("Snakepit:Client:ClusterId", " "));

        Assert.Equal(6, said.Length);
        Assert.Contains(said, Begins("Snakepit:Client:Gateways has 'silo-1:70000'; expected host:port"));
        Assert.Contains(said, Begins("Snakepit:Client:Gatways is no option of a client; known here: Gateways"));
        Assert.Contains(said, Begins("Snakepit:Client:DefaultTimeout is 'soon'; expected milliseconds"));
        Assert.Contains("Snakepit:Client:MaxAttempts is 0; expected 1 to 100.", said);
        Assert.Contains("Snakepit:Client:ConnectTimeout is 00:00:00; expected more than zero, or infinite.", said);
        Assert.Contains("Snakepit:Client:ClusterId is empty; expected the ClusterId of the silos.", said);
    }

    [Theory]
    [InlineData("postgres://web:hidden-1@db/shop", "ConnectionStrings:snakepit is a URL; expected Gateways=")]
    [InlineData("hidden-1", "ConnectionStrings:snakepit is no connection string; expected Gateways=")]
    [InlineData("Password=hidden-1", "ConnectionStrings:snakepit names neither gateways nor a database; expected Gateways=")]
    [InlineData("Host=db;Pasword=hidden-1", "ConnectionStrings:snakepit is no connection string that Npgsql can read; expected Gateways=")]
    [InlineData("Host=db;Gateways=a;Password=hidden-1", "ConnectionStrings:snakepit names gateways and a database; expected one of them")]
    [InlineData("Gateways=silo-1;Token=hidden-1", "ConnectionStrings:snakepit has the unknown key 'token'; beside gateways")]
    public void A_mistake_in_a_connection_string_never_repeats_its_values(string text, string sentence)
    {
        var said = Assert.Single(Mistakes(("ConnectionStrings:snakepit", text)));

        Assert.StartsWith(sentence, said, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Snakepit:Client:Gateways")]
    [InlineData("Snakepit:Client:ConnectionName")]
    [InlineData("Snakepit:Client:DefaultTimeout")]
    public void A_connection_string_in_the_wrong_place_is_not_repeated(string path)
    {
        var said = string.Join('\n', Mistakes((path, $"Host=db;Password={Secret}")));

        Assert.StartsWith(path, said, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_name_that_does_not_exist_is_a_mistake_that_names_those_that_do() => Assert.Equal(
        ["Snakepit:Client:ConnectionName is 'python', but the section ConnectionStrings has only shop."],
        Mistakes(("Snakepit:Client:ConnectionName", "python"), ("ConnectionStrings:shop", "Host=db")));

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    [InlineData("snakepit")]
    public void A_key_that_cannot_be_one_is_refused_at_once(string name) =>
        Assert.ThrowsAny<ArgumentException>(() => Host.CreateEmptyApplicationBuilder(null).AddKeyedSnakepitClient(name));

    private static Predicate<string> Begins(string start) => line => line.StartsWith(start, StringComparison.Ordinal);

    private static ClientTarget Target(params (string Path, string Value)[] settings) => ClientTarget.TryRead(Read(settings), [])!;

    private static string[] Mistakes(params (string Path, string Value)[] settings) =>
        [.. Assert.Throws<OptionsValidationException>(() => Read(settings)).Failures];

    private static SnakepitClientOptions Read(
        (string Path, string Value)[] settings, string? key = null, Action<SnakepitClientOptions>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create<string, string?>(pair.Path, pair.Value)));
        _ = key is null ? builder.AddSnakepitClient(configure) : builder.AddKeyedSnakepitClient(key, configure);
        using var host = builder.Build();
        return host.Services.GetRequiredService<IOptionsMonitor<SnakepitClientOptions>>().Get(key ?? Options.DefaultName);
    }
}
