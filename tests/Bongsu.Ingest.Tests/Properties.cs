using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Ingest.Tests;

/// <summary>Runs properties.</summary>
internal static class Properties
{
    public static void Hold<T>(Func<T, bool> property, int times = 300) => Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), Prop.ForAll<T>(property));
}
