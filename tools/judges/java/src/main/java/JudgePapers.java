// Whether each PDF named as an argument is PDF/A-3a and PDF/UA-1, by veraPDF's library: a line of JSON for each.

import java.io.FileInputStream;
import java.util.ArrayList;
import java.util.List;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public final class JudgePapers {
    private static final PDFAFlavour[] FLAVOURS = {PDFAFlavour.PDFA_3_A, PDFAFlavour.PDFUA_1};

    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String file : files) {
            List<String> faults = new ArrayList<>();
            for (PDFAFlavour flavour : FLAVOURS) judge(file, flavour, faults);
            String detail = String.join("; ", faults).replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\s+", " ");
            System.out.println("{\"name\":\"" + file + "\",\"ok\":" + faults.isEmpty() + ",\"detail\":\"" + detail + "\"}");
        }
    }

    private static void judge(String file, PDFAFlavour flavour, List<String> faults) {
        try (FileInputStream bytes = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(bytes, flavour)) {
            ValidationResult result = Foundries.defaultInstance().createValidator(flavour, false).validate(parser);
            if (result.isCompliant()) return;
            String first = "not compliant";
            for (TestAssertion one : result.getTestAssertions()) {
                first = one.getRuleId().getClause() + " " + one.getMessage();
                break;
            }
            faults.add(flavour + ": " + first);
        } catch (Exception error) {
            faults.add(flavour + ": " + error.getMessage());
        }
    }
}
