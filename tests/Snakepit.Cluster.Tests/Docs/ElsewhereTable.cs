using Snakepit.TestKit.Documents;

namespace Snakepit.Cluster.Tests.Docs;

/// <summary>A command that another test runs.</summary>
/// <param name="Page">Its page.</param>
/// <param name="Prefix">How it begins; empty for all commands of the page.</param>
/// <param name="Tests">The class that runs what the command does.</param>
/// <param name="Reason">Why not here.</param>
internal sealed record Elsewhere(string Page, string Prefix, string Tests, string Reason)
{
    public bool Has(DocumentCommand command) =>
        command.Page == Page && command.Text.StartsWith(Prefix, StringComparison.Ordinal);
}

/// <summary>Every command of the pages that <see cref="DocumentTests"/> does not run.</summary>
internal static class ElsewhereTable
{
    public static readonly Elsewhere[] All =
    [
        new("README.md", "./snakepit up", "ClusterPageTests", "it builds, and needs a browser to be seen"),
        new("README.md", "./snakepit call analyse_document", "ResultTests", "a tool of the sample, which the web page calls"),
        new("README.md", "./snakepit test", nameof(DocumentTests), "it runs this test"),
        new("README.md", "./snakepit chaos", "ChaosTests", "it takes two minutes"),
        new("README.md", "dotnet", "PackageTests", "it builds the page's program, against the packages"),
        new("docs/chaos.md", "snakepit chaos", "ChaosTests", "it takes two minutes"),
        new("docs/archive.md", "", "ArchiveTests", "it publishes the program"),
        new("docs/systemd.md", "", "SystemdTests", "it makes users and units of the host; ArchiveTests has the files"),
        new("docs/containers.md", "docker compose up", "ComposeTests", "no container engine here; what compose reads and starts is tested"),
        new("docs/kubernetes.md", "kubectl", "KubernetesTests", "no Kubernetes here; what kubectl would apply is tested"),
        new("docs/setup.md", "snakepit setup adapters/text", "AdapterSetupTests", "it installs packages"),
        new("docs/setup.md", "snakepit setup . --no-index", "AdapterSetupTests", "it installs packages, there from wheels of its own"),
    ];

    public static bool Has(DocumentCommand command) => Array.Exists(All, entry => entry.Has(command));
}
