using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Snakepit.Core.Options;

namespace Snakepit.Core.Configuration;

/// <summary>Checks what no single option of <see cref="ClusterOptions"/> can check by itself.</summary>
internal static partial class ClusterOptionsCheck
{
    private const string NoDatabase = "Provider memory uses no database: set Provider to postgres, or remove this";

    private const string ListenRule = "expected an IP address, for example 127.0.0.1 or 0.0.0.0";

    private const string OpenRule =
        "other machines can reach this address, and nothing would protect the ports; set Tls, or listen at 127.0.0.1, or set "
        + "AllowInsecure to true if a private network lets only the cluster's silos and clients through";

    private const string TlsRule = "Tls needs all three of CertificateFile, KeyFile and AuthorityFile";

    private const string FoundThere = "only Provider memory takes it: silos with Provider postgres find each other in the database";

    private const string One = "set exactly one of ConnectionString, ConnectionName and ConnectionStringFile";

    public static IEnumerable<OptionMistake> Mistakes(ClusterOptions cluster, string path)
    {
        if (cluster.SiloName is { } silo && !SiloName().IsMatch(silo))
            yield return new OptionMistake($"{path}:SiloName", silo, "expected 1 to 128 letters, digits, '-', '_' or '.'");
        if (cluster.SiloPort != 0 && cluster.SiloPort == cluster.GatewayPort)
            yield return new OptionMistake($"{path}:GatewayPort", $"{cluster.GatewayPort}", "must differ from SiloPort");
        if (!IsAddress(cluster.ListenAddress, out var listen))
            yield return new OptionMistake($"{path}:ListenAddress", cluster.ListenAddress, ListenRule);
        else if (!IPAddress.IsLoopback(listen) && !cluster.AllowInsecure && !cluster.Tls.IsSet)
            yield return new OptionMistake($"{path}:ListenAddress", cluster.ListenAddress, OpenRule);
        if (cluster.Tls is { IsSet: true } and not { CertificateFile: not null, KeyFile: not null, AuthorityFile: not null })
            yield return new OptionMistake($"{path}:Tls", null, TlsRule);
        if (cluster.AdvertisedAddress is { } advertised && AdvertisedFlaw(advertised) is { } flaw)
            yield return new OptionMistake($"{path}:AdvertisedAddress", advertised, flaw);
        if (cluster.PrimarySilo is { } primary && !(IPEndPoint.TryParse(primary, out var end) && end.Port > 0))
            yield return new OptionMistake($"{path}:PrimarySilo", primary, "expected address:port, for example 127.0.0.1:11111");
        foreach (var mistake in cluster.Provider == ClusterProvider.Postgres ? Postgres(cluster, path) : Memory(cluster, path))
            yield return mistake;
    }

    private static IEnumerable<OptionMistake> Postgres(ClusterOptions cluster, string path)
    {
        var named = Connections(cluster).Count();
        if (named == 0)
            yield return new OptionMistake($"{path}:ConnectionString", null, $"Provider postgres needs a database: {One}");
        if (named > 1)
            yield return new OptionMistake($"{path}:ConnectionString", null, $"the database is named {named} times: {One}");
        if (cluster.PrimarySilo is not null)
            yield return new OptionMistake($"{path}:PrimarySilo", cluster.PrimarySilo, FoundThere);
    }

    private static IEnumerable<OptionMistake> Memory(ClusterOptions cluster, string path)
    {
        foreach (var option in Connections(cluster))
            yield return new OptionMistake($"{path}:{option}", null, NoDatabase);
        if (cluster.InitializeDatabase)
            yield return new OptionMistake($"{path}:InitializeDatabase", "true", NoDatabase);
    }

    private static IEnumerable<string> Connections(ClusterOptions cluster) =>
        from pair in new[]
        {
            (Name: nameof(ClusterOptions.ConnectionString), Value: cluster.ConnectionString),
            (Name: nameof(ClusterOptions.ConnectionName), Value: cluster.ConnectionName),
            (Name: nameof(ClusterOptions.ConnectionStringFile), Value: cluster.ConnectionStringFile),
        }
        where pair.Value is not null
        select pair.Name;

    private static string? AdvertisedFlaw(string text) => IsAddress(text, out var address) switch
    {
        false => "expected an IP address at which other silos reach this one, for example 10.0.0.5",
        true when address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) =>
            "stands for all addresses of a host, others cannot connect to it; expected one address",
        true => null,
    };

    /// <summary>The framework also takes <c>1</c> for an address.</summary>
    private static bool IsAddress(string text, out IPAddress address) =>
        IPAddress.TryParse(text, out address!)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || text.Count(letter => letter == '.') == 3);

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,128}\\z")]
    private static partial Regex SiloName();
}
