using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Snakepit.Testing.Tests.Pages;

/// <summary>
/// Compiles a block of a page against everything that this test project references. A block is a complete program of a web project, or
/// statements for which <see cref="TakenForGranted"/> stands.
/// </summary>
internal static class Snippet
{
    /// <summary>A page does not show what callers should no longer use.</summary>
    private const string Obsolete = "CS0618";

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Net.Http.Json;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    /// <summary>
    /// Names that pages use without saying where they come from. They are members of a class that is used statically, so a local variable
    /// of the block hides one instead of clashing with it.
    /// </summary>
    private const string TakenForGranted = """
        global using Microsoft.AspNetCore.Diagnostics.HealthChecks;
        global using Microsoft.AspNetCore.Mvc.Testing;
        global using Microsoft.AspNetCore.TestHost;
        global using Microsoft.Extensions.Time.Testing;
        global using Snakepit.AspNetCore;
        global using Snakepit.Client;
        global using Snakepit.Core.Telemetry;
        global using Snakepit.Errors;
        global using Snakepit.Execution;
        global using Snakepit.Hosting;
        global using Snakepit.Hosting.Events;
        global using Snakepit.Samples.Resilience;
        global using Snakepit.Testing;
        global using Xunit;
        global using static TakenForGranted;

        static class TakenForGranted
        {
            public static WebApplicationBuilder builder => null!;
            public static WebApplication app => null!;
            public static ISnakepitClient python => null!;
            public static ISnakepitClient client => null!;
            public static TestPool pool => null!;
            public static string text => "";
            public static string[] documents => [];
            public static CancellationToken cancel => default;
            public static CancellationToken cancellationToken => default;
            public static bool MayPass(SnakepitException error) => true;
        }

        record Summary(string Title);
        record Draft(string Text);
        record Text(string Words);
        """;

    /// <summary>
    /// The language of .NET 10. The option lets the directives of file-based programs (<c>#:package</c>) pass, as the SDK does.
    /// </summary>
    private static readonly CSharpParseOptions Language =
        new CSharpParseOptions(LanguageVersion.CSharp14).WithFeatures([new("FileBasedProgram", "true")]);

    private static readonly CSharpCompilationOptions Options =
        new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable);

    private static readonly SyntaxTree Usings = Parse(ImplicitUsings, "usings");

    private static readonly SyntaxTree Granted = Parse(TakenForGranted, "taken for granted");

    /// <summary>Every assembly that this process can load.</summary>
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(file => !file.EndsWith($"{Path.DirectorySeparatorChar}Snakepit.Testing.Tests.dll", StringComparison.Ordinal))
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    /// <summary>What the compiler refuses, or nothing.</summary>
    public static IReadOnlyList<string> Mistakes(string code)
    {
        var block = Parse(code, "block");
        return Mistakes([Usings, block]) is { Count: > 0 } ? Mistakes([Usings, Granted, block]) : [];
    }

    private static List<string> Mistakes(SyntaxTree[] trees) =>
    [
        .. CSharpCompilation.Create("Page", trees, References, Options).GetDiagnostics()
            .Where(each => each.Severity == DiagnosticSeverity.Error || each.Id == Obsolete)
            .Select(each => each.ToString()),
    ];

    private static SyntaxTree Parse(string code, string name) => CSharpSyntaxTree.ParseText(code, Language, name);
}
