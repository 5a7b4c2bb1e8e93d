namespace Snakepit.Samples.WebFrontend;

/// <summary>The static page, told to load nothing from anywhere else.</summary>
internal static class Page
{
    private const string ContentSecurityPolicy =
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void UsePage(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            http.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers.CacheControl = "no-cache";
            return next(http);
        });
        app.UseDefaultFiles();
        app.UseStaticFiles();
    }

    /// <summary>The address to listen on when neither the command line nor the environment names one.</summary>
    public static void UseDefaultUrl(this WebApplicationBuilder builder, string url)
    {
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
            builder.WebHost.UseUrls(url);
    }
}
