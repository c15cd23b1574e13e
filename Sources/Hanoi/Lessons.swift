// SPDX-License-Identifier: Apache-2.0
public import Civic

/// The programme of lessons on public services, for schools and for those who guide others. Practice twins stand in for real applications.
public enum Lessons {
    public static let all: [Lesson] = [
        whatServicesAre, findingAService, identityAccount, temporaryResidence, birthRegistration, payingSafely, checkingAPaper, helpingAnElder, dataAndSafety,
    ]

    private static let whatServicesAre = Lesson(
        "what-services-are", ["vi": "Dịch vụ công trực tuyến là gì?", "en": "What are public services online?"], minutes: 20, for: ["vi": "Mọi lứa tuổi", "en": "All ages"],
        goals: [
            ["vi": "Kể được ba việc có thể làm trực tuyến với thành phố.", "en": "Name three things that can be done with the city online."],
            ["vi": "Nói được hồ sơ đi qua những ai, đến ngày nào có kết quả.", "en": "Say who handles an application and by which day it is answered."],
        ],
        steps: [
            .init(
                ["vi": "Mở trang chủ. Mỗi em chọn một ô và nói xem ô đó dùng để làm gì.", "en": "Open the first page. Each pupil picks a door and says what it is for."], .page("/")
            ),
            .init(
                [
                    "vi": "Xem danh sách thủ tục. Tìm ba việc gia đình em từng làm ở phường, xã.",
                    "en": "Look at the list of services. Find three that your family has done at the commune.",
                ], .page("/services")),
            .init(
                ["vi": "Mở một thủ tục, đọc to: nộp gì, phí bao nhiêu, mấy ngày.", "en": "Open one service and read aloud: what to hand in, what it costs, how many days."],
                .page("/services/1.001193")),
            .init([
                "vi": "Cả lớp vẽ đường đi của một hồ sơ: người nộp, bộ phận một cửa, người thẩm tra, người ký.",
                "en": "Draw the way of an application: applicant, one-stop shop, examiner, the one who signs.",
            ]),
        ],
        questions: [
            .init(
                ["vi": "Nộp hồ sơ trực tuyến lúc nào?", "en": "When can one apply online?"],
                [
                    .wrong(
                        ["vi": "Chỉ trong giờ làm việc", "en": "Only in office hours"],
                        ["vi": "Quầy thì có giờ; trang thì nhận cả ngày đêm.", "en": "The counter has hours; the site takes applications day and night."]),
                    .right(
                        ["vi": "Bất cứ lúc nào, kể cả chủ nhật", "en": "At any time, Sundays too"],
                        ["vi": "Đúng. Thời hạn giải quyết vẫn tính theo giờ làm việc.", "en": "Right. The time for the answer still counts working hours."]),
                ]),
            .init(
                ["vi": "Vì sao biểu mẫu không hỏi ngày sinh của em?", "en": "Why does the form not ask for your date of birth?"],
                [
                    .right(
                        ["vi": "Thành phố đã có trong sổ dân cư", "en": "The city has it in the population register"],
                        ["vi": "Đúng. Điều đã khai một lần thì không phải khai lại.", "en": "Right. What was said once need not be said again."]),
                    .wrong(
                        ["vi": "Ngày sinh không quan trọng", "en": "It does not matter"],
                        ["vi": "Nhiều thủ tục cần tuổi; thành phố đọc từ sổ.", "en": "Many services need the age; the city reads it from the register."]),
                ]),
        ],
        notes: [
            ["vi": "Không cần tài khoản nào cho bài này.", "en": "No account is needed for this lesson."],
            ["vi": "Nếu ít máy, chiếu lên bảng và để từng em lên bấm.", "en": "With few machines, project the page and let pupils press in turn."],
        ])

    private static let findingAService = Lesson(
        "finding-a-service", ["vi": "Tìm đúng thủ tục bằng lời thường ngày", "en": "Finding the right service in everyday words"], minutes: 15,
        for: ["vi": "Học sinh từ lớp 6", "en": "Pupils from class 6"],
        goals: [
            ["vi": "Tìm được thủ tục bằng lời nói thường, có dấu hay không dấu.", "en": "Find a service by everyday words, with or without marks."],
            ["vi": "Biết xem đúng tên, cơ quan, phí và thời hạn trước khi nộp.", "en": "Check name, office, fee and time before applying."],
        ],
        steps: [
            .init(["vi": "Gõ “thue nha”. Kết quả đầu tiên là gì?", "en": "Type “thue nha”. What comes first?"], .page("/services?q=thue+nha")),
            .init(
                [
                    "vi": "Gõ “khai sinh”, rồi mở thủ tục. Tìm: ai giải quyết, phí, mấy ngày.",
                    "en": "Type “khai sinh” and open the service. Find: who decides, the fee, how many days.",
                ], .page("/services?q=khai+sinh")),
            .init(
                [
                    "vi": "Thi theo nhóm: nhóm nào tìm nhanh nhất thủ tục cho người mất thẻ, người mở quán ăn, người chuyển nhà?",
                    "en": "In groups: who finds fastest what somebody needs who lost a card, opens an eatery, moves house?",
                ], .page("/services")),
        ],
        questions: [
            .init(
                ["vi": "Gõ không dấu có tìm được không?", "en": "Does the search work without marks?"],
                [
                    .right(
                        ["vi": "Có", "en": "Yes"],
                        ["vi": "Đúng: “khai sinh” và “khai sinh” viết không dấu cho cùng kết quả.", "en": "Right: words with and without marks give the same."]),
                    .wrong(["vi": "Không", "en": "No"], ["vi": "Thử lại: gõ “ket hon”.", "en": "Try it: type “ket hon”."]),
                ]),
            .init(
                ["vi": "Không thấy kết quả thì làm gì?", "en": "What to do when nothing is found?"],
                [
                    .wrong(["vi": "Gõ cả câu thật dài", "en": "Type a long sentence"], ["vi": "Càng nhiều chữ càng khó khớp.", "en": "The more words, the less fits."]),
                    .right(
                        ["vi": "Gõ ít chữ hơn, hoặc xem theo dịp", "en": "Use fewer words, or look by occasion"],
                        ["vi": "Đúng. Các thủ tục được xếp theo dịp trong đời.", "en": "Right. Services are sorted by occasions of life."]),
                ]),
        ],
        notes: [
            ["vi": "Chấm điểm cả cách tìm, không chỉ kết quả.", "en": "Mark how they search, not only what they find."]
        ])

    private static let identityAccount = Lesson(
        "identity-account", ["vi": "Tài khoản VNeID và cách vào trang", "en": "The VNeID account and signing in"], minutes: 20,
        for: ["vi": "Học sinh từ lớp 10, sinh viên", "en": "Pupils from class 10 and students"],
        goals: [
            ["vi": "Biết vì sao thành phố phải chắc người nộp là ai.", "en": "Know why the city must be sure who applies."],
            ["vi": "Biết mã dùng một lần là gì, và không bao giờ đọc cho ai.", "en": "Know what a one-time code is, and never read it out."],
        ],
        steps: [
            .init(["vi": "Mở trang “Trang của tôi”. Đọc từng ô, chưa điền gì.", "en": "Open “My page”. Read each box, fill in nothing."], .page("/me")),
            .init([
                "vi": "Thảo luận: mất điện thoại thì việc đầu tiên là gì? (Khóa tài khoản, báo công an phường, xã.)",
                "en": "Talk: a phone is lost, what comes first? (Lock the account, tell the commune's police.)",
            ]),
            .init(["vi": "Đóng vai: một bạn gọi tới xin mã, bạn kia từ chối cho đúng cách.", "en": "Role play: one asks for the code by phone, the other declines properly."]),
            .init(["vi": "Xem thành phố ghi lại ai đã xem dữ liệu như thế nào.", "en": "See how the city records who looked at data."], .page("/privacy")),
        ],
        questions: [
            .init(
                [
                    "vi": "Có người tự xưng là công an, xin mã dùng một lần qua điện thoại. Em làm gì?",
                    "en": "Somebody says they are the police and asks for the code by phone. What do you do?",
                ],
                [
                    .wrong(
                        ["vi": "Đọc mã, vì là công an", "en": "Read it out, it is the police"],
                        ["vi": "Không cơ quan nào hỏi mã. Ai có mã là vào được tài khoản.", "en": "No office asks for it. Who has the code has the account."]),
                    .right(
                        ["vi": "Không đọc, cúp máy, báo người lớn", "en": "Do not, hang up, tell an adult"],
                        ["vi": "Đúng. Rồi gọi số của công an phường, xã để hỏi lại.", "en": "Right. Then call the commune's police yourself."]),
                ]),
            .init(
                ["vi": "Dùng máy ở thư viện xong thì làm gì?", "en": "What to do after using a library's machine?"],
                [
                    .wrong(["vi": "Đóng cửa sổ là đủ", "en": "Close the window"], ["vi": "Người sau mở lại có thể vẫn vào được.", "en": "The next one might still be inside."]),
                    .right(
                        ["vi": "Bấm “Thoát”", "en": "Press “Sign out”"],
                        ["vi": "Đúng. Ki-ốt tự thoát, máy khác thì không chắc.", "en": "Right. Kiosks do it by themselves, other machines may not."]),
                ]),
        ],
        notes: [
            ["vi": "Không yêu cầu em nào đăng nhập bằng tài khoản thật trên máy của trường.", "en": "Ask nobody to sign in with a real account on the school's machines."],
            ["vi": "Học sinh dưới 14 tuổi: người giám hộ giữ tài khoản.", "en": "Under 14, the guardian keeps the account."],
        ])

    private static let temporaryResidence = Lesson(
        "temporary-residence", ["vi": "Tập đăng ký tạm trú cho cả nhà", "en": "Practising temporary residence for a household"], minutes: 45,
        for: ["vi": "Học sinh từ lớp 10, sinh viên", "en": "Pupils from class 10 and students"],
        goals: [
            ["vi": "Điền đúng biểu mẫu tạm trú trong bản tập làm.", "en": "Fill in the form for temporary residence in its practice twin."],
            ["vi": "Đọc được lời báo lỗi và sửa đúng ô.", "en": "Read what is wrong and mend the right box."],
            ["vi": "Biết khi nào một người nộp thay cho cả hộ.", "en": "Know when one person applies for the household."],
        ],
        steps: [
            .init(
                [
                    "vi": "Đọc trang thủ tục: ở từ 30 ngày trở lên mới đăng ký, nhiều nhất hai năm.",
                    "en": "Read the service: it is for stays of 30 days or more, two years at most.",
                ], .page("/services/1.004194")),
            .init(
                ["vi": "Mở bản tập làm. Nộp biểu mẫu trống trước và đọc các lời báo.", "en": "Open the practice twin. Hand in the empty form first and read what it says."],
                .practice("1.004194")),
            .init(
                [
                    "vi": "Điền một nhà trọ bịa ra; thử ngày 31/02 rồi sửa. Nộp thử cho đến khi đúng cả.",
                    "en": "Fill in an invented lodging; try 31/02 and mend it. Hand in until all is right.",
                ], .practice("1.004194")),
            .init(["vi": "Gia hạn khi sắp hết hạn: tập tiếp thủ tục gia hạn.", "en": "Renew before it ends: go on with the renewal."], .practice("1.002755")),
        ],
        questions: [
            .init(
                ["vi": "Bạn thuê nhà 10 ngày để thi. Có đăng ký tạm trú không?", "en": "You rent a room for ten days. Do you register?"],
                [
                    .wrong(["vi": "Có", "en": "Yes"], ["vi": "Dưới 30 ngày thì người cho thuê thông báo lưu trú.", "en": "Under 30 days the landlord notifies the stay."]),
                    .right(
                        ["vi": "Không, chủ nhà thông báo lưu trú", "en": "No, the landlord notifies the stay"],
                        ["vi": "Đúng, theo Luật Cư trú.", "en": "Right, by the Law on Residence."]),
                ]),
            .init(
                ["vi": "Một người nộp cho cả hộ được không?", "en": "May one person apply for the household?"],
                [
                    .right(
                        ["vi": "Được, nếu người kia đồng ý hoặc là con chưa thành niên", "en": "Yes, if the others agree or are minor children"],
                        ["vi": "Đúng. Người lớn khác có thể ủy quyền ngay trên trang.", "en": "Right. Other adults can authorise it on the site."]),
                    .wrong(
                        ["vi": "Được, không cần hỏi ai", "en": "Yes, without asking"], ["vi": "Dữ liệu của người khác thì phải hỏi họ.", "en": "Others' data needs their consent."]),
                ]),
        ],
        notes: [
            [
                "vi": "Nhắc lại nhiều lần: bản tập làm không lưu, không gửi gì; vẫn đừng nhập dữ liệu thật.",
                "en": "Say it again and again: nothing is kept or sent; enter no real data all the same.",
            ],
            ["vi": "Các em hay sai nhất ở ngày và phường, xã.", "en": "Most slips are in dates and communes."],
        ])

    private static let birthRegistration = Lesson(
        "birth-registration", ["vi": "Khai sinh cho em bé", "en": "Registering a birth"], minutes: 30,
        for: ["vi": "Học sinh từ lớp 10, sinh viên", "en": "Pupils from class 10 and students"],
        goals: [
            ["vi": "Biết thời hạn 60 ngày và ai được đi khai.", "en": "Know the 60 days and who may register."],
            ["vi": "Làm đúng bản tập làm khai sinh.", "en": "Do the practice twin of a birth."],
        ],
        steps: [
            .init(
                ["vi": "Đọc trang thủ tục khai sinh; tìm chỗ ghi giấy tờ cần chụp.", "en": "Read the service; find which papers to take a picture of."], .page("/services/1.001193")
            ),
            .init(
                ["vi": "Tập làm: điền cho em bé nhân vật. Xem phần “Những điều thành phố đã có”.", "en": "Practise with the invented baby. Look at “What the city has already”."],
                .practice("1.001193")),
            .init(
                ["vi": "So với khai sinh, thường trú và thẻ bảo hiểm làm một lượt.", "en": "Compare it with birth, residence and insurance card at once."], .practice("2.000986")),
        ],
        questions: [
            .init(
                ["vi": "Trong bao nhiêu ngày phải khai sinh?", "en": "Within how many days?"],
                [
                    .wrong(["vi": "15 ngày", "en": "15 days"], ["vi": "Đó không phải thời hạn của khai sinh.", "en": "That is not the term for births."]),
                    .right(
                        ["vi": "60 ngày", "en": "60 days"],
                        ["vi": "Đúng, theo Luật Hộ tịch. Quá hạn vẫn khai được.", "en": "Right, by the Law on Civil Status. Later it can still be done."]),
                ]),
            .init(
                ["vi": "Ai giúp thành phố biết tin sinh sớm nhất?", "en": "Who tells the city of a birth first?"],
                [
                    .right(
                        ["vi": "Cơ sở y tế nơi sinh, rồi cha mẹ", "en": "The place of birth, then the parents"],
                        ["vi": "Đúng: giấy chứng sinh đi trước.", "en": "Right: the birth certificate of the clinic comes first."]),
                    .wrong(
                        ["vi": "Tổ trưởng tổ dân phố", "en": "The head of the residential group"],
                        ["vi": "Tổ trưởng giúp nhắc, không khai thay.", "en": "They remind people, they do not register."]),
                ]),
        ],
        notes: [
            ["vi": "Trong lớp có thể có em không sống với cha mẹ: nói về gia đình cho tế nhị.", "en": "Some pupils may not live with their parents: speak of families with care."]
        ])

    private static let payingSafely = Lesson(
        "paying-safely", ["vi": "Nộp một khoản tiền cho an toàn", "en": "Paying a bill safely"], minutes: 30,
        for: ["vi": "Học sinh từ lớp 10, sinh viên", "en": "Pupils from class 10 and students"],
        goals: [
            ["vi": "Phân biệt khoản thật của thành phố với lời lừa đảo.", "en": "Tell the city's bill from a fraud."],
            ["vi": "Biết xem biên nhận và khiếu nại một khoản sai.", "en": "Know how to read a receipt and dispute a wrong bill."],
        ],
        steps: [
            .init(["vi": "Mở trang các khoản của hộ và đọc cách nhập mã hộ.", "en": "Open the household's bills and read how the code is entered."], .page("/household")),
            .init([
                "vi": "Phân tích một tin nhắn giả: đường dẫn lạ, hối thúc, xin mã. Gạch chân ba dấu hiệu.",
                "en": "Take a false message apart: strange address, haste, a code asked for. Underline three signs.",
            ]),
            .init(["vi": "Xem lệ phí của thành phố đi đâu.", "en": "See where the city's fees go."], .page("/fund")),
        ],
        questions: [
            .init(
                [
                    "vi": "Tin nhắn báo “nợ tiền điện, bấm đường dẫn trong 10 phút”. Em làm gì?",
                    "en": "A message: “electricity unpaid, press the link within 10 minutes”. What do you do?",
                ],
                [
                    .right(
                        ["vi": "Tự mở trang của thành phố, gõ mã hộ để xem", "en": "Open the city's site yourself and type the household's code"],
                        ["vi": "Đúng. Không bấm đường dẫn trong tin nhắn.", "en": "Right. Do not press links in messages."]),
                    .wrong(
                        ["vi": "Bấm để khỏi bị cắt điện", "en": "Press it, or the power is cut"], ["vi": "Hối thúc là dấu hiệu của lừa đảo.", "en": "Haste is a sign of fraud."]),
                ]),
            .init(
                ["vi": "Nộp rồi mà vẫn thấy “chưa nộp” thì sao?", "en": "You paid, and it still says unpaid?"],
                [
                    .wrong(["vi": "Nộp lần nữa", "en": "Pay again"], ["vi": "Có thể thành nộp hai lần. Chờ, rồi hỏi.", "en": "It may be paid twice. Wait, then ask."]),
                    .right(
                        ["vi": "Giữ biên nhận, xem lại, rồi hỏi quầy", "en": "Keep the receipt, look again, then ask the counter"],
                        ["vi": "Đúng. Mỗi khoản có mã để tra.", "en": "Right. Every bill has a number to look it up."]),
                ]),
        ],
        notes: [
            ["vi": "Không cho các em nộp tiền thật trong giờ học.", "en": "No real payments in class."]
        ])

    private static let checkingAPaper = Lesson(
        "checking-a-paper", ["vi": "Kiểm tra một tờ giấy có thật không", "en": "Checking whether a paper is genuine"], minutes: 15,
        for: ["vi": "Học sinh từ lớp 6", "en": "Pupils from class 6"],
        goals: [
            ["vi": "Biết mã vuông trên giấy dẫn tới đâu.", "en": "Know where the square code on a paper leads."],
            ["vi": "Hiểu vì sao mỗi lần kiểm tra được ghi lại.", "en": "Understand why each check is recorded."],
        ],
        steps: [
            .init(
                ["vi": "Mở trang kiểm tra giấy tờ. Gõ một mã bịa ra và đọc câu trả lời.", "en": "Open the page that checks papers. Type an invented code and read the answer."],
                .page("/verify")),
            .init(
                ["vi": "So ba dòng trên trang với ba dòng trên giấy mẫu thầy cô phát.", "en": "Compare three lines on the page with the sample your teacher hands out."],
                .page("/verify")),
        ],
        questions: [
            .init(
                ["vi": "Tờ giấy có dấu đỏ rất đẹp nhưng trang nói không có mã này. Tin ai?", "en": "A fine red stamp, but the page does not know the code. Whom to trust?"],
                [
                    .wrong(
                        ["vi": "Tin con dấu", "en": "The stamp"],
                        ["vi": "Dấu in được; mã của thành phố thì không bịa được.", "en": "A stamp can be printed; the city's code cannot be made up."]),
                    .right(
                        ["vi": "Tin trang, sau khi gõ lại mã cho đúng", "en": "The page, once the code is typed right"],
                        ["vi": "Đúng. Gõ lại từng chữ, rồi hỏi nơi đưa giấy.", "en": "Right. Type it again, then ask who gave you the paper."]),
                ]),
            .init(
                ["vi": "Ai thấy em vừa kiểm tra?", "en": "Who sees that you checked?"],
                [
                    .right(
                        ["vi": "Người có tên trên giấy", "en": "Whoever the paper names"],
                        ["vi": "Đúng: họ biết giấy của mình được xem lúc nào.", "en": "Right: they see when their paper was checked."]),
                    .wrong(["vi": "Không ai", "en": "Nobody"], ["vi": "Mỗi lần xem dữ liệu cá nhân đều được ghi.", "en": "Every look at personal data is recorded."]),
                ]),
        ],
        notes: [
            ["vi": "In sẵn vài giấy mẫu có mã bịa.", "en": "Print some samples with invented codes beforehand."]
        ])

    private static let helpingAnElder = Lesson(
        "helping-an-elder", ["vi": "Giúp người già mà không làm thay", "en": "Helping an elderly person without taking over"], minutes: 30,
        for: ["vi": "Học sinh từ lớp 10, sinh viên", "en": "Pupils from class 10 and students"],
        goals: [
            ["vi": "Ngồi bên, nói chậm, để người được giúp tự bấm.", "en": "Sit beside, speak slowly, let them press."],
            ["vi": "Không cầm thẻ, không nhìn mã, không giữ mật khẩu của ai.", "en": "Hold no card, see no code, keep nobody's password."],
        ],
        steps: [
            .init(
                [
                    "vi": "Đóng vai theo cặp: một em là bà 80 tuổi, một em là người hướng dẫn. Làm bản tập làm trợ cấp.",
                    "en": "In pairs: one is a grandmother of 80, one the guide. Do the practice twin of the pension.",
                ], .practice("1.014027")),
            .init(["vi": "Đổi vai. Người đóng vai bà nói lại: lúc nào thấy bị giành việc?", "en": "Change roles. The grandmother says when she felt pushed aside."]),
            .init(["vi": "Đọc cách hẹn giờ ở quầy cho người không muốn làm trên mạng.", "en": "Read how to book the counter for those who do not want the net."], .page("/book")),
        ],
        questions: [
            .init(
                ["vi": "Bà không nhớ mã hộ và đưa em cả ví. Em làm gì?", "en": "She does not remember the code and hands you her purse. What do you do?"],
                [
                    .wrong(
                        ["vi": "Lục ví tìm thẻ cho nhanh", "en": "Look through it"],
                        ["vi": "Giấy tờ và tiền là của bà; để bà tự lấy.", "en": "Papers and money are hers; let her take them out."]),
                    .right(
                        ["vi": "Đưa lại, nhờ bà tự lấy thẻ và tự đọc số", "en": "Give it back, let her take the card and read the number"],
                        ["vi": "Đúng. Em chỉ chỗ cần gõ.", "en": "Right. You show where to type."]),
                ]),
            .init(
                ["vi": "Bà bảo “thôi cháu làm hết đi”.", "en": "She says: “you do it all”."],
                [
                    .right(
                        ["vi": "Làm từng bước cùng bà, nói mỗi bước để làm gì", "en": "Go step by step with her and say what each is for"],
                        ["vi": "Đúng. Lần sau bà làm được nhiều hơn.", "en": "Right. Next time she does more herself."]),
                    .wrong(
                        ["vi": "Làm hết cho nhanh", "en": "Do it quickly yourself"],
                        ["vi": "Ký và khai là quyền của bà; làm thay dễ sai.", "en": "To declare and sign is her right; doing it for her goes wrong easily."]),
                ]),
        ],
        notes: [
            ["vi": "Đây là bài bắt buộc trước ca hướng dẫn đầu tiên.", "en": "This lesson comes before the first guiding shift."],
            ["vi": "Người từ đủ 15 tuổi mới đi ca; ca có người phụ trách.", "en": "Guides are 15 or older; a shift has somebody in charge."],
        ])

    private static let dataAndSafety = Lesson(
        "data-and-safety", ["vi": "Dữ liệu cá nhân và an toàn", "en": "Personal data and safety"], minutes: 25, for: ["vi": "Học sinh từ lớp 6", "en": "Pupils from class 6"],
        goals: [
            ["vi": "Biết cái gì là dữ liệu cá nhân.", "en": "Know what personal data is."],
            ["vi": "Biết mình có quyền xem ai đã xem, và đề nghị sửa.", "en": "Know the right to see who looked, and to have data corrected."],
        ],
        steps: [
            .init(["vi": "Đọc trang “Dữ liệu của bạn được bảo vệ thế nào”.", "en": "Read “How your data is protected”."], .page("/privacy")),
            .init([
                "vi": "Xếp thẻ: tên trường, số định danh, biển số xe, mã hộ, ảnh thẻ. Cái nào không đưa lên mạng?",
                "en": "Sort cards: school, ID number, number plate, household code, picture of a card. Which do not go on the net?",
            ]),
            .init(["vi": "Tập đề nghị sửa một chỗ sai trong dữ liệu.", "en": "Practise proposing a correction."], .practice("1.010039")),
        ],
        questions: [
            .init(
                [
                    "vi": "Bạn gửi ảnh thẻ căn cước vào nhóm lớp “để điền cho nhanh”. Có sao không?",
                    "en": "A friend posts a picture of the identity card in the class's chat “to save time”. Is that all right?",
                ],
                [
                    .wrong(
                        ["vi": "Không sao, toàn bạn bè", "en": "Yes, we are friends"],
                        ["vi": "Ảnh đi xa hơn nhóm; người khác dùng được số và mặt.", "en": "Pictures travel; others can use the number and the face."]),
                    .right(
                        ["vi": "Nên xóa và chỉ đưa cho nơi cần", "en": "It should be deleted and shown only where it is needed"],
                        ["vi": "Đúng. Và báo nếu thấy bị dùng sai.", "en": "Right. And tell somebody if it is misused."]),
                ]),
            .init(
                ["vi": "Thấy dữ liệu của mình sai thì làm gì?", "en": "Your data is wrong. What do you do?"],
                [
                    .right(
                        ["vi": "Đề nghị sửa trên trang hoặc ở quầy", "en": "Propose a correction on the site or at the counter"],
                        ["vi": "Đúng; thành phố phải trả lời đúng hạn.", "en": "Right; the city must answer in time."]),
                    .wrong(
                        ["vi": "Kệ, sửa khó lắm", "en": "Nothing, it is too hard"],
                        ["vi": "Sai nhỏ thành sai lớn khi thi cử, xin việc.", "en": "A small mistake grows at exams and jobs."]),
                ]),
        ],
        notes: [
            ["vi": "Không hỏi dữ liệu thật của em nào trước lớp.", "en": "Ask for nobody's real data in class."]
        ])
}
