using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Bongsu.Ingest.Scrape.Jobs;

namespace Bongsu.Ingest.Scrape.Fetch;

/// <summary>Makes the connections to targets and discoveries: TLS as configured, redirects, headers and connect time bounded, no cookies, no proxy.</summary>
internal static class ScrapeHandler
{
    private const int MaxResponseHeadersKiB = 64;

    /// <exception cref="IOException">A certificate or key cannot be read.</exception>
    /// <exception cref="CryptographicException">It is none.</exception>
    public static HttpMessageHandler Create(ScrapeHttp http, ScrapeLimits limits) => new SocketsHttpHandler
    {
        AllowAutoRedirect = http.FollowRedirects,
        MaxAutomaticRedirections = limits.Redirects,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = MaxResponseHeadersKiB,
        MaxConnectionsPerServer = int.MaxValue,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        // Names are looked up again now and then.
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        SslOptions = Tls(http.Tls),
    };

    private static SslClientAuthenticationOptions Tls(ScrapeTls tls)
    {
        var options = new SslClientAuthenticationOptions { CertificateRevocationCheckMode = X509RevocationMode.NoCheck };
        if (tls.ServerName is not null)
            options.TargetHost = tls.ServerName;
        if (tls.InsecureSkipVerify)
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        else if ((tls.Ca ?? Read(tls.CaFile)) is { } authorities)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPem(authorities);
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }
        if ((tls.Cert ?? Read(tls.CertFile)) is { } certificate)
            options.ClientCertificates = [X509Certificate2.CreateFromPem(certificate, tls.Key?.Read() ?? Read(tls.KeyFile) ?? "")];
        return options;
    }

    private static string? Read(string? file)
    {
        try
        {
            return file is null ? null : File.ReadAllText(file);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{file} may not be read", e);
        }
    }
}
