using System.Text.Json;

namespace Snakepit.Client;

/// <summary>
/// Options of a client: what calls get that say nothing else, and where the cluster is. Read once, at the application's start; later
/// changes have no effect. Not thread-safe.
/// </summary>
public sealed class SnakepitClientOptions
{
    /// <summary>Pool of calls that name none. Not empty. Default: <c>default</c>.</summary>
    public string DefaultPool { get; set; } = "default";

    /// <summary>
    /// Budget of calls that bring none, waiting included: more than zero, or <see cref="Timeout.InfiniteTimeSpan"/> for no limit. In a
    /// configuration: <c>20s</c>, <c>1500ms</c>, <c>00:00:20</c>, <c>infinite</c>; a number without a unit is milliseconds. Default: null,
    /// which is the pool's own (PoolRequestTimeout, for streams PoolStreamingTimeout, in the silo's options).
    /// </summary>
    public TimeSpan? DefaultTimeout { get; set; }

    /// <summary>
    /// How long a call that has no budget of its own waits for a client that is not connected yet: more than zero, or
    /// <see cref="Timeout.InfiniteTimeSpan"/>. The pool's budget cannot decide, because the pool is not known before a silo has answered.
    /// Default: 10 s.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Tries of one call altogether, 1 to 100. A call is tried again only when it surely did not run, or when running it twice is declared
    /// to do no harm. Unless this is 1, up to six tries that were lost on their way to a silo do not count. Default: 3.
    /// </summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>
    /// Gateways of silos, each as <c>host:port</c>; the port is 30000 where none is written. A name is resolved again every 5 s, and all
    /// of its addresses are used, IPv4 and IPv6. Not used when there is a connection string. Default: empty, which means
    /// <c>127.0.0.1:30000</c>. Gateways, cluster and connection string have no effect in an application that has its own Orleans client or
    /// is a silo.
    /// </summary>
    public string[] Gateways { get; set; } = [];

    /// <summary>
    /// Where the cluster is, as one text: <c>Gateways=silo-1:30000,silo-2:30000;ClusterId=…;ServiceId=…</c>, or a PostgreSQL connection
    /// string (with <c>Host</c>), whose database the silos share; it may have <c>ClusterId</c> and <c>ServiceId</c> too. What it says wins
    /// over <see cref="Gateways"/>, <see cref="ClusterId"/> and <see cref="ServiceId"/>. Default: null, then the configuration's
    /// <c>ConnectionStrings</c> are looked at, see <see cref="ConnectionName"/>.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Name of the entry of the configuration's section <c>ConnectionStrings</c> that is used when <see cref="ConnectionString"/> is null;
    /// it must exist. An empty text: none is looked for. Default: null, which is <c>snakepit</c>, for a keyed client its key, and then it
    /// need not exist.
    /// </summary>
    public string? ConnectionName { get; set; }

    /// <summary>The ClusterId of the silos. A gateway of another cluster refuses the client. Default: <c>snakepit</c>.</summary>
    public string ClusterId { get; set; } = "snakepit";

    /// <summary>The ServiceId of the silos. Default: <c>snakepit</c>.</summary>
    public string ServiceId { get; set; } = "snakepit";

    /// <summary>
    /// File with the secret by which silos and clients of one machine know each other; a relative path starts at the application's content
    /// root. Name one when silo and client run as different users of the machine. Default: null, which is <c>snakepit/cluster.secret</c>
    /// in the user's local data folder; the first silo makes it.
    /// </summary>
    public string? SecretFile { get; set; }

    /// <summary>Certificates, for clusters on several machines. Without any file there is no TLS, which is the default.</summary>
    public SnakepitClientTls Tls { get; set; } = new();

    /// <summary>
    /// Gateways may be on other machines. The client then encrypts nothing, and silos and clients do not show who they are, except by a
    /// <see cref="SecretFile"/> that is named. Silos and clients of a cluster need the same value. Default: false.
    /// </summary>
    public bool AllowInsecure { get; set; }

    /// <summary>The shards of the silo that the client runs in. Default: null, for an application that is no silo.</summary>
    public ILocalShards? LocalShards { get; set; }

    /// <summary>
    /// How arguments are written and results are read. It cannot be changed after the first call. Default: snake_case names, read without
    /// regard to case.
    /// </summary>
    public JsonSerializerOptions Json { get; set; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        PropertyNameCaseInsensitive = true,
    };

    /// <summary>The client makes its own connection, so the options that say where the cluster is are checked.</summary>
    internal bool IsConnected { get; set; }

    /// <summary>Path of the section that the options come from, for messages.</summary>
    internal string Section { get; set; } = "Snakepit:Client";

    /// <summary>Where the connection string was found, for messages; null for <see cref="ConnectionString"/> itself.</summary>
    internal string? ConnectionSource { get; set; }

    /// <summary>What could not be read from the configuration, one sentence each.</summary>
    internal List<string> Mistakes { get; } = [];

    /// <summary>Path of an option, for messages.</summary>
    internal string Path(string option) => $"{Section}:{option}";
}
