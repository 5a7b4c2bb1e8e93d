using Scalar.AspNetCore;
using Snakepit.AspNetCore.Access;
using Snakepit.AspNetCore.OpenApi;
using Snakepit.Core.Access;
using Snakepit.Core.Options;

namespace Snakepit.Silo.Serving;

/// <summary><c>GET /docs</c>: a page on which people read what the door serves, and try it. Its scripts come from the silo.</summary>
internal static class DocsPage
{
    private const string Path = "/docs";

    /// <summary>The page may load nothing from elsewhere: it works without the internet, and tells nobody that it is read.</summary>
    private const string Policy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'";

    /// <summary>Shows above the page which workers do not start: a developer's own code, most of the time.</summary>
    private const string Failures = "failures.js";

    /// <summary>Nothing is mapped when the options do not want it.</summary>
    public static void Map(RouteGroupBuilder door, Door rule, SnakepitOptions options)
    {
        if (!options.Http.ShowsDocs(rule.IsOpen))
            return;
        var page = door.MapGroup("");
        page.AddEndpointFilter(async (context, next) =>
        {
            context.HttpContext.Response.Headers.ContentSecurityPolicy = Policy;
            return await next(context);
        });
        page.MapGet($"{Path}/{Failures}", () => TypedResults.Stream(
            typeof(DocsPage).Assembly.GetManifestResourceStream(Failures)!, "text/javascript; charset=utf-8")).ExcludeFromDescription();
        page.MapScalarApiReference(Path, scalar =>
        {
            scalar.AddHeadContent($"""<script src="{Failures}"></script>""");
            scalar.Title = "Snakepit";
            scalar.AddDocument("v1", "Snakepit", OpenApiEndpoint.Path);
            scalar.DefaultFonts = false;
            scalar.Telemetry = false;
            scalar.ProxyUrl = null;
            scalar.HideClientButton = true;
            scalar.ShowDeveloperTools = DeveloperToolsVisibility.Never; // they share the document with a service outside
            scalar.DisableAgent();
        });
        page.Needs(AccessScope.Read, "read");
    }
}
