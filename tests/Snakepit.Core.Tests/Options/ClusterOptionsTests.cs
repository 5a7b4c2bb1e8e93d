using Snakepit.Core.Configuration;
using Snakepit.Core.Options;

namespace Snakepit.Core.Tests.Options;

public sealed class ClusterOptionsTests
{
    private const string Connection = "Host=db;Password=hidden";

    [Fact]
    public void A_silo_is_alone_and_on_loopback_by_default()
    {
        var cluster = new ClusterOptions();

        Assert.Equal((ClusterProvider.Memory, "127.0.0.1", null), (cluster.Provider, cluster.ListenAddress, cluster.AdvertisedAddress));
    }

    [Theory]
    [InlineData("ConnectionString", Connection)]
    [InlineData("ConnectionName", "Cluster")]
    [InlineData("ConnectionStringFile", "/run/secrets/db")]
    public void One_way_to_name_the_database_is_enough(string option, string value) =>
        Assert.Empty(Mistakes(("Provider", "postgres"), (option, value)));

    [Fact]
    public void A_relative_file_starts_at_the_folder_of_the_configuration() =>
        Assert.Equal("/etc/snakepit/db", new ClusterOptions { ConnectionStringFile = "db" }.Rooted("/etc/snakepit").ConnectionStringFile);

    [Fact]
    public void Postgres_needs_a_database() => Assert.Equal(
        ["Snakepit:Cluster:ConnectionString: Provider postgres needs a database: set exactly one of ConnectionString, ConnectionName and "
            + "ConnectionStringFile"],
        Mistakes(("Provider", "postgres")));

    [Fact]
    public void Postgres_takes_one_database() => Assert.Equal(
        ["Snakepit:Cluster:ConnectionString: the database is named 2 times: set exactly one of ConnectionString, ConnectionName and "
            + "ConnectionStringFile"],
        Mistakes(("Provider", "postgres"), ("ConnectionString", Connection), ("ConnectionName", "Cluster")));

    [Theory]
    [InlineData("ConnectionString", Connection)]
    [InlineData("ConnectionName", "Cluster")]
    [InlineData("ConnectionStringFile", "db")]
    public void Memory_takes_none(string option, string value) => Assert.Equal(
        [$"Snakepit:Cluster:{option}: Provider memory uses no database: set Provider to postgres, or "
            + "remove this"], Mistakes((option, value)));

    [Theory]
    [InlineData("10.0.0.5")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void An_address_that_other_machines_can_reach_needs_certificates_or_an_explicit_word(string address)
    {
        var mistake = Assert.Single(Mistakes(("ListenAddress", address)));

        Assert.StartsWith(
            $"Snakepit:Cluster:ListenAddress = '{address}': other machines can reach this address, and nothing would protect the ports; "
            + "set Tls, or listen at 127.0.0.1, or set AllowInsecure",
            mistake,
            StringComparison.Ordinal);
        Assert.Empty(Mistakes(("ListenAddress", address), ("AllowInsecure", "true")));
        Assert.Empty(Mistakes(
            ("ListenAddress", address), ("Tls:CertificateFile", "a"), ("Tls:KeyFile", "b"), ("Tls:AuthorityFile", "c")));
    }

    [Fact]
    public void Certificates_need_all_three_files() => Assert.Equal(
        ["Snakepit:Cluster:Tls: Tls needs all three of CertificateFile, KeyFile and AuthorityFile"], Mistakes(("Tls:KeyFile", "b")));

    [Theory]
    [InlineData("InitializeDatabase", "true", "Provider memory uses no database: set Provider to postgres, or remove this")]
    [InlineData("ListenAddress", "localhost", "expected an IP address, for example 127.0.0.1 or 0.0.0.0")]
    [InlineData("ListenAddress", "1", "expected an IP address, for example 127.0.0.1 or 0.0.0.0")]
    [InlineData("AdvertisedAddress", "silo-1", "expected an IP address at which other silos reach this one, for example 10.0.0.5")]
    [InlineData("AdvertisedAddress", "0.0.0.0", "stands for all addresses of a host, others cannot connect to it; expected one address")]
    [InlineData("AdvertisedAddress", "::", "stands for all addresses of a host, others cannot connect to it; expected one address")]
    [InlineData("Provider", "redis", "expected one of Memory, Postgres")]
    [InlineData("DatabaseConnections", "0", "allowed is 1 to 1000")]
    public void A_wrong_value_is_named_with_what_is_allowed(string option, string value, string problem) =>
        Assert.Equal([$"Snakepit:Cluster:{option} = '{value}': {problem}"], Mistakes((option, value)));

    [Fact]
    public void Postgres_has_no_primary_silo() => Assert.Equal(
        ["Snakepit:Cluster:PrimarySilo = '127.0.0.1:11111': only Provider memory takes it: silos with Provider postgres find each other in "
            + "the database"],
        Mistakes(("Provider", "postgres"), ("ConnectionString", Connection), ("PrimarySilo", "127.0.0.1:11111")));

    [Theory]
    [InlineData("Cluster:ConectionString", Connection)]
    [InlineData("Cluster:Password", "hidden")]
    [InlineData("Cluster:Pasword", "hidden")]
    [InlineData("Cluster", "hidden")]
    [InlineData("Cluster:Provider", Connection)]
    [InlineData("Cluster:ListenAddress", "postgres://user:hidden@db")]
    [InlineData("ConnectionString", "hidden")]
    [InlineData("InstanceName", Connection)]
    public void What_may_be_a_secret_in_the_wrong_place_is_not_repeated(string option, string value)
    {
        var mistakes = AllMistakes((option, value));

        Assert.NotEmpty(mistakes);
        Assert.DoesNotContain(mistakes, mistake => mistake.Contains("hidden", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_in_a_log_do_not_show_the_connection_string() =>
        Assert.DoesNotContain(
            "hidden",
            new SnakepitOptions { Cluster = new ClusterOptions { ConnectionString = Connection } }.ToString(),
            StringComparison.Ordinal);

    private static string[] Mistakes(params (string Key, string Value)[] cluster) =>
        AllMistakes([.. cluster.Select(pair => ($"Cluster:{pair.Key}", pair.Value))]);

    private static string[] AllMistakes(params (string Key, string Value)[] values)
    {
        var good = new Dictionary<string, string?> { ["Pools:0:Name"] = "gpu", ["Pools:0:AdapterModule"] = "app.Adapter" };
        foreach (var (key, value) in values)
            good[key] = value;
        try
        {
            SnakepitOptionsValidator.Read(ConfigNode.FromFlat("Snakepit", good));
            return [];
        }
        catch (InvalidOptionsException error)
        {
            return [.. error.Mistakes.Select(mistake => mistake.ToString())];
        }
    }
}
