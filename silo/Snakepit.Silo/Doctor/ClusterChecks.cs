using System.Security.Cryptography;
using Npgsql;
using Snakepit.Client.Security;
using Snakepit.Core.Options;
using Snakepit.Hosting.Clustering;
using Snakepit.Hosting.Database;
using Snakepit.Hosting.Failures;

namespace Snakepit.Silo.Doctor;

/// <summary>What the silos of a cluster share: the database, the time, certificates.</summary>
internal static class ClusterChecks
{
    private const int DaysAhead = 30;

    /// <summary>Membership writes times into the database and compares them with the own clock in steps of seconds.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyList<Finding>> LookAsync(Patient patient, CancellationToken cancellationToken)
    {
        var cluster = patient.Options.Cluster;
        var findings = new List<Finding>();
        if (cluster.Provider == ClusterProvider.Postgres)
            await DatabaseAsync(patient, findings, cancellationToken);
        else
            findings.AddRange([Finding.Skipped("database", "none is configured"), Finding.Skipped("clock", "no database to compare with")]);
        findings.Add(cluster.Tls.IsSet ? Certificates(cluster) : Secret(cluster));
        return findings;
    }

    private static async Task DatabaseAsync(Patient patient, List<Finding> findings, CancellationToken cancellationToken)
    {
        const string Check = "database";
        try
        {
            var connection = DatabaseConnection.Of(patient.Options.Cluster, patient.Configuration.Root);
            await using var database = connection.Open();
            var state = await DatabaseCheck.ReadAsync(connection, new SchemaMigrator(database), cancellationToken);
            findings.Add(DatabaseCheck.Flaw(state, connection) is not { } flaw
                ? Finding.Ok(Check, $"{DatabaseCheck.Tables(state, connection)}, as this program needs them")
                : patient.Options.Cluster.InitializeDatabase && state.Fit == SchemaFit.Empty
                    ? Finding.Ok(Check, $"the {connection.Place} is empty, and the first silo makes the tables (InitializeDatabase)")
                    : Finding.Error(Check, flaw, patient.Command(state.Fit == SchemaFit.Older ? "db upgrade" : "db init")));
            findings.Add(Clock(await DatabaseCheck.AskAsync(connection, asking => AheadAsync(database, asking), cancellationToken)));
        }
        catch (StartupException error)
        {
            findings.Add(Finding.Error(Check, error.Message, patient.Command("db status")));
            findings.Add(Finding.Skipped("clock", "no database to compare with"));
        }
    }

    /// <summary>How far the database's clock is ahead of this host's, to within the time that the question takes.</summary>
    private static async Task<TimeSpan> AheadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT clock_timestamp()");
        var before = TimeProvider.System.GetUtcNow().UtcDateTime;
        var there = (DateTime)(await command.ExecuteScalarAsync(cancellationToken))!;
        var after = TimeProvider.System.GetUtcNow().UtcDateTime;
        return there < before ? there - before : there > after ? there - after : TimeSpan.Zero;
    }

    private static Finding Clock(TimeSpan ahead) => ahead.Duration() > ClockTolerance
        ? Finding.Warning(
            "clock",
            $"this host and the database differ by {ahead.Duration().TotalSeconds:0.0} s; silos then take each other for late",
            "Let a time service set the clocks of all hosts (systemd-timesyncd, chrony): timedatectl status")
        : Finding.Ok("clock", "this host and the database agree");

    private static Finding Certificates(ClusterOptions cluster)
    {
        const string Check = "certificates";
        const string Mend = "Issue new ones with the cluster's authority; a running silo takes them without a restart";
        try
        {
            var own = PortProtection.Of(cluster).Tls!.Read().Own;
            var (subject, days) = (own.Subject, (own.NotAfter.ToUniversalTime() - TimeProvider.System.GetUtcNow().UtcDateTime).TotalDays);
            return ClusterRoles.Of(own) != ClusterRole.Silo
                    ? Finding.Error(
                        Check, $"'{subject}' is not that of a silo: its subject needs OU={ClusterRoles.Unit(ClusterRole.Silo)}", Mend)
                : days < 0 ? Finding.Error(Check, $"'{subject}' has expired on {own.NotAfter:yyyy-MM-dd}", Mend)
                : days < DaysAhead ? Finding.Warning(Check, $"'{subject}' expires in {days:0} days, on {own.NotAfter:yyyy-MM-dd}", Mend)
                : Finding.Ok(Check, $"'{subject}' holds until {own.NotAfter:yyyy-MM-dd}");
        }
        catch (Exception error) when (error is IOException or CryptographicException)
        {
            return Finding.Error(
                Check, error.Message, "Correct the files in Snakepit:Cluster:Tls; 'snakepit cert dev' makes some to try with");
        }
    }

    private static Finding Secret(ClusterOptions cluster) => PortProtection.IsOpen(cluster)
        ? Finding.Warning(
            "certificates", "AllowInsecure opens the silo's ports to everybody who reaches them", "Set Snakepit:Cluster:Tls")
        : Finding.Ok(
            "certificates",
            $"none needed: the ports are on loopback, and the secret in {PortProtection.Of(cluster).SecretPath} guards them");
}
