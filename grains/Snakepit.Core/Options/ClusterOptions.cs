namespace Snakepit.Core.Options;

/// <summary>The section <c>Snakepit:Cluster</c>.</summary>
public sealed record ClusterOptions
{
    [Option("Where the silos of a cluster find each other: memory is one silo alone, postgres is a cluster in which no silo is special.")]
    public ClusterProvider Provider { get; set; }

    [Option(
        "Connection string of the PostgreSQL database, as Npgsql takes it. postgres needs exactly one of ConnectionString, ConnectionName "
        + "and ConnectionStringFile.",
        Secret = true)]
    public string? ConnectionString { get; set; }

    [Option("Name of the connection string in the section ConnectionStrings beside Snakepit.")]
    public string? ConnectionName { get; set; }

    [Option("File that holds the connection string, for example a mounted secret; a line end at its end is ignored.")]
    public string? ConnectionStringFile { get; set; }

    [Option("Most connections that this silo holds to the database; Maximum Pool Size in the connection string wins.", Min = 1, Max = 1000)]
    public int DatabaseConnections { get; set; } = 8;

    [Option("Creates the tables at the start when the database has none. For development; elsewhere run snakepit db init.")]
    public bool InitializeDatabase { get; set; }

    [Option(
        "IP address at which the silo's two ports listen; 0.0.0.0 and :: are all of this host. An address that other machines can "
        + "reach needs Tls, or AllowInsecure.")]
    public string ListenAddress { get; set; } = Loopback;

    [Option(
        "IP address at which other silos and clients reach this silo.",
        DefaultText = "ListenAddress; where that is all addresses, the first of this host that is not loopback")]
    public string? AdvertisedAddress { get; set; }

    [Option("Port on which silos talk to each other; 0 picks a free one.", Min = 0, Max = 65_535)]
    public int SiloPort { get; set; } = 11111;

    [Option("Port on which clients reach the silo; 0 picks a free one.", Min = 0, Max = 65_535)]
    public int GatewayPort { get; set; } = 30000;

    [Option(
        "For experiments on one machine, with Provider memory: address and port of the silo that keeps the membership. When that silo is "
        + "gone, so is the cluster.",
        DefaultText = "this silo")]
    public string? PrimarySilo { get; set; }

    [Option(
        "Name of this silo, unique in the cluster: letters, digits, '-', '_' and '.'.",
        DefaultText = "host name, with InstanceName and InstanceToken where they are set")]
    public string? SiloName { get; set; }

    [Option("Silos and clients of one cluster share it.")]
    public string ClusterId { get; set; } = "snakepit";

    [Option("Outlives redeployments of the cluster.")]
    public string ServiceId { get; set; } = "snakepit";

    [Option(
        "File with the secret by which silos and clients on loopback know each other; the first silo makes it with mode 600. Silos and "
        + "clients that run as different users of one machine need a file that both can read.",
        DefaultText = "cluster.secret beside the default DataDir")]
    public string? SecretFile { get; set; }

    [Option(
        "Lets the two ports listen at an address that other machines can reach: nothing is encrypted then, and callers are not asked who "
        + "they are, save by a SecretFile that is named. Silos and clients of a cluster need the same value.")]
    public bool AllowInsecure { get; set; }

    [Option("Certificates of silos and clients, for clusters on several machines.")]
    public ClusterTlsOptions Tls { get; set; } = new();

    private const string Loopback = "127.0.0.1";

    /// <summary>The same with relative paths starting at <paramref name="folder"/>.</summary>
    public ClusterOptions Rooted(string folder) => this with
    {
        ConnectionStringFile = ConnectionStringFile is { } file ? Path.GetFullPath(file, folder) : null,
        SecretFile = SecretFile is { } secret ? Path.GetFullPath(secret, folder) : null,
        Tls = Tls.Rooted(folder),
    };

    /// <summary>A record prints all of its properties. This one must not print the connection string.</summary>
    public override string ToString() => $"{Provider}, cluster {ClusterId}, silo port {SiloPort}, gateway port {GatewayPort}";
}

/// <summary>Where the membership of the cluster is kept.</summary>
public enum ClusterProvider
{
    /// <summary>In the silo's own memory: a cluster of one.</summary>
    Memory,

    /// <summary>In tables of a PostgreSQL database.</summary>
    Postgres,
}
